// What a render of five small manifests takes of this machine: `node packages/render/src/bench-in-process.ts`.
import { inProcessHost, openRenderHost, readOnce, render } from "./index.ts";
import type { RenderHost } from "./index.ts";
import { gitTrees } from "./testing/git-tree.ts";
import { readOnceSource } from "./testing/read-once-source.ts";

const TREES = 200;
const ROUNDS = 6;

const manifest = (name: string, value: number): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\ndata: {value: "${value}"}\n`;

using git = gitTrees();
const trees = Array.from({ length: TREES }, (_, value) =>
  git.write(Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`app/${name}.yaml`, manifest(name, value)]))),
);

/** Only the render counts. */
const source = readOnceSource(git.source);

const parser = readOnce();
const hosts: Readonly<Record<string, () => Promise<RenderHost>>> = {
  "in process": async () => inProcessHost({ tools: {} }),
  "in process, texts read before": async () => inProcessHost({ tools: {}, parser }),
  "with threads": () => openRenderHost({ tools: {} }),
};

const spentMs = (): number => {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1_000;
};

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, open] of Object.entries(hosts)) {
    await using host = await open();
    const start = spentMs();
    for (const tree of trees) {
      const { signal } = new AbortController();
      const { outcome } = await render({ tree, path: "app", spec: { kind: "plain" } }, source, host, signal);
      if (outcome !== "rendered") throw new Error(`the render ended as ${outcome}`);
    }
    best.set(name, Math.min(best.get(name) ?? Infinity, ((spentMs() - start) * 1_000) / TREES));
  }
}
for (const [name, us] of best) console.log(`${name}: ${us.toFixed(0)} us of CPU a render`);
