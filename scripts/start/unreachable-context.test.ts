import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { runCli } from "@evenkeel/cli";
import { createEmbeddedCluster, listenTls } from "@evenkeel/embedded-cluster";
import { initBare, initCheckout } from "@evenkeel/git";
import { eventually, temporaryFolder } from "@evenkeel/testing";
import { expect, it } from "vitest";

const script = join(dirname(import.meta.dirname), "start.ts");

/** A cluster, and an application of its own repository for it. */
const declared = (name: string, url: string): string =>
  [
    `kind: Repository\nmetadata: {name: ${name}}\nspec: {url: "${url}", interval: 1s}`,
    `kind: Cluster\nmetadata: {name: ${name}, labels: {of: ${name}}}\n` +
      `spec: {connection: {context: ${name}}, tenancy: {allowConnectionIdentity: true}}`,
    `kind: Application\nmetadata: {name: web-${name}}\n` +
      `spec: {repository: ${name}, path: web, targets: {clusterSelector: {matchLabels: {of: ${name}}}}}`,
  ]
    .map((text) => `apiVersion: evenkeel.dev/v1alpha1\n${text}`)
    .join("\n---\n");

interface Config {
  readonly clusters: { name: string; cluster: object }[];
  readonly contexts: { name: string; context: { cluster: string } }[];
  "current-context": string;
}

it.each([
  ["refuses connections", "closed"],
  ["takes them and never answers", "silent"],
])(
  "a current context that %s keeps nobody from starting: it is told, and other clusters go on",
  async (_title, how) => {
    await using folder = await temporaryFolder();
    await using good = createEmbeddedCluster({ name: "good" });
    await using _front = await listenTls([good], { folder: folder.path });
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const port = how === "closed" ? 1 : (silent.address() as AddressInfo).port;
    const file = join(folder.path, "kubeconfig");
    const config = JSON.parse(await readFile(file, "utf8")) as Config;
    config.clusters.push({ name: "dead", cluster: { server: `https://127.0.0.1:${port}` } });
    const [first] = config.contexts;
    config.contexts.push({ name: "dead", context: { ...first?.context, cluster: "dead" } });
    config["current-context"] = "dead";
    await writeFile(file, JSON.stringify(config));
    const push = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
      const bare = join(folder.path, "git", `${name}.git`);
      await initBare(bare, "main");
      const committer = { name: "Ana", email: "ana@example.org" };
      const work = await initCheckout(join(folder.path, name), { branch: "main", origin: bare, committer });
      await work.commitFiles(files, "first");
      await work.push("main");
      return pathToFileURL(bare).href;
    };
    const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: default}\ndata: {a: b}\n";
    const files: Record<string, string> = {};
    for (const name of ["good", "dead"])
      files[`${name}.yaml`] = declared(name, await push(name, { "web/all.yaml": configMap }));
    const fleet = await push("fleet", files);
    const child = spawn(
      process.execPath,
      [script, `--fleet=${fleet}`, `--allow-file=${folder.path}/git`, "--port=0", `--kubeconfig=${file}`],
      { cwd: folder.path, stdio: ["ignore", "ignore", "pipe"] },
    );
    let err = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const ended = once(child, "close");
    try {
      await eventually(() => expect(err).toContain("Running."), { timeoutMs: 90_000 });
      expect(err).toMatch(
        /✗ context dead of .*kubeconfig: .*(ECONNREFUSED|no answer within 5 s).*; start it, or mend its context: it is tried again, and what is not meant for it goes on/,
      );
      const units = async (): Promise<string> => {
        let out = "";
        await runCli(["get", "units", "-o", "wide"], {
          out: (text) => (out += text),
          err: () => undefined,
          now: () => new Date(),
          cwd: folder.path,
          env: {},
          colour: false,
          signal: new AbortController().signal,
        });
        return out;
      };
      await eventually(
        async () => {
          const text = await units();
          expect(text).toMatch(/^good +web-good +Synced +Healthy/m);
          expect(text).toMatch(/^dead +web-dead +Unknown +Unknown .*cluster dead/m);
        },
        { timeoutMs: 60_000 },
      );
    } finally {
      child.kill("SIGINT");
      silent.close();
    }
    expect(await ended, err).toEqual([0, null]);
  },
  180_000,
);
