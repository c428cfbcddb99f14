import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { KeyPair } from "./certificates.ts";

interface Token {
  readonly token: string;
}

/** A kubeconfig with everything inline and one context, as JSON (which is YAML). */
export const kubeconfig = (server: string, caPem: string, user: KeyPair | Token, context = "evenkeel-test"): string =>
  JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: context, cluster: { server, "certificate-authority-data": base64(caPem) } }],
      users: [
        {
          name: "user",
          user:
            "token" in user
              ? user
              : { "client-certificate-data": base64(user.certPem), "client-key-data": base64(user.keyPem) },
        },
      ],
      contexts: [{ name: context, context: { cluster: context, user: "user" } }],
      "current-context": context,
    },
    null,
    2,
  );

const base64 = (text: string): string => Buffer.from(text).toString("base64");

interface KubeconfigParts {
  readonly clusters: readonly object[];
  readonly users: readonly object[];
}

/** Writes one kubeconfig with a context for each of several of ours, named as here; the first is the current one. */
export const mergeKubeconfigs = async (folder: string, paths: Readonly<Record<string, string>>): Promise<string> => {
  const all = await Promise.all(
    Object.entries(paths).map(async ([name, path]) => {
      const { clusters, users } = JSON.parse(await readFile(path, "utf8")) as KubeconfigParts;
      const context = { name, context: { cluster: name, user: name } };
      return { cluster: { ...clusters[0], name }, user: { ...users[0], name }, context };
    }),
  );
  const merged = {
    apiVersion: "v1",
    kind: "Config",
    clusters: all.map(({ cluster }) => cluster),
    users: all.map(({ user }) => user),
    contexts: all.map(({ context }) => context),
    "current-context": all[0]?.context.name,
  };
  const file = join(folder, "merged-kubeconfig");
  await writeFile(file, JSON.stringify(merged));
  return file;
};
