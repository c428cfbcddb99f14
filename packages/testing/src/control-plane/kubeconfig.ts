import type { KeyPair } from "./certificates.ts";

/** A kubeconfig with everything inline and one context, as JSON (which is YAML). */
export const kubeconfig = (server: string, caPem: string, user: KeyPair, context = "evenkeel-test"): string =>
  JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: context, cluster: { server, "certificate-authority-data": base64(caPem) } }],
      users: [
        {
          name: "user",
          user: { "client-certificate-data": base64(user.certPem), "client-key-data": base64(user.keyPem) },
        },
      ],
      contexts: [{ name: context, context: { cluster: context, user: "user" } }],
      "current-context": context,
    },
    null,
    2,
  );

const base64 = (text: string): string => Buffer.from(text).toString("base64");
