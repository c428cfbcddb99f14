import { gunzipSync, gzipSync } from "node:zlib";
import { createHook } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";

import { expect, it } from "vitest";

import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files } from "./testing/hosted-trees.ts";
import { packedChart } from "./testing/packed-chart.ts";
import { toolForTests } from "./testing/programs.ts";

const MiB = 1024 * 1024;
const spec = { kind: "helm", helm: { releaseName: "web", namespace: "shop" } } as const;

/** A chart of this size that gzip makes about a hundredth of, in files that helm takes. */
const packed = (name: string, bytes: number, more: { readonly [path: string]: Buffer } = {}): Buffer => {
  const line = Buffer.from(`${"# nothing but words, again and again".repeat(60)}\n`);
  const filler = Buffer.alloc(Math.min(bytes, 4 * MiB), line);
  const fillers = Array.from(
    { length: Math.ceil(bytes / filler.length) },
    (_, n) => [`files/filler${n}.txt`, filler] as const,
  );
  return packedChart(name, { ...Object.fromEntries(fillers), ...more });
};
const withArchives = (archives: readonly Buffer[]): Files => ({
  "app/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
  "app/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
  ...Object.fromEntries(archives.map((bytes, n) => [`app/charts/dep${n}-1.0.0.tgz`, bytes])),
});

it.each([
  ["beside each other", Array.from({ length: 8 }, (_, n) => packed(`dep${n}`, 15 * MiB))],
  [
    "inside each other",
    [
      packed("dep0", MiB, {
        "charts/one-1.0.0.tgz": packed("one", 55 * MiB),
        "charts/two-1.0.0.tgz": packed("two", 55 * MiB),
      }),
    ],
  ],
])(
  "packed charts that grow %s have one budget",
  async (_title, archives) => {
    await using trees = await hostedTrees({ tools: { helm: await toolForTests("helm") } });
    expect(await trees.build(withArchives(archives), { spec })).toMatchObject({
      outcome: "refused",
      code: "ChartRefused",
      message: expect.stringContaining("all archives of a chart may hold 100 MiB together"),
    });
  },
  120_000,
);

/** A chart of zeros and little else, which gzip makes a thousandth of. */
const zeros = (name: string, bytes: number): Buffer =>
  gzipSync(gunzipSync(packedChart(name, { "files/zeros.bin": Buffer.alloc(bytes) })), { level: 9 });

/** The most memory that this process has while an act runs. */
const mostMemory = async (act: () => Promise<unknown>): Promise<number> => {
  let most = 0;
  let running = true;
  const watch = (async () => {
    for (; running; await nextTurn()) most = Math.max(most, process.memoryUsage.rss());
  })();
  await act();
  running = false;
  await watch;
  return most;
};

it.each([
  ["of 30 MiB each", 30 * MiB, { code: "ChartRefused", problem: "the archive grows too large" }],
  [
    "of nearly what any archive may grow to",
    MiB - 4_096,
    { code: "ChartRefused", problem: expect.stringContaining("all archives of a chart may hold 100 MiB together") },
  ],
  ["of what all may hold together", 800 * 1024, { outcome: "rendered" }],
])(
  "120 packed charts of zeros %s cost no more memory than they may hold",
  async (_title, bytes, expected) => {
    await using trees = await hostedTrees({ tools: { helm: await toolForTests("helm") } });
    const archive = zeros("dep0", bytes);
    const files = withArchives(Array.from({ length: 120 }, () => archive));
    const most = await mostMemory(async () => expect(await trees.build(files, { spec })).toMatchObject(expected));
    expect(most).toBeLessThan(768 * MiB);
  },
  120_000,
);

it("packed charts are unpacked beside this thread", async () => {
  await using trees = await hostedTrees({ tools: { helm: await toolForTests("helm") } });
  const files = withArchives(Array.from({ length: 4 }, (_, n) => packed(`dep${n}`, 15 * MiB)));
  // What is unpacked at once has no end that the event loop comes to.
  const begun = new Set<number>();
  const ended = new Set<number>();
  const hook = createHook({
    init: (id, type) => void (type === "ZLIB" && begun.add(id)),
    before: (id) => void (begun.has(id) && ended.add(id)),
  }).enable();
  const result = await trees.build(files, { spec }).finally(() => hook.disable());
  expect(result).toMatchObject({ outcome: "rendered" });
  expect(begun.size).toBeGreaterThanOrEqual(4);
  expect(ended).toEqual(begun);
}, 120_000);
