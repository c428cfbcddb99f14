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

it("packed charts that grow leave this thread free", async () => {
  await using trees = await hostedTrees({ tools: { helm: await toolForTests("helm") } });
  const files = withArchives(Array.from({ length: 4 }, (_, n) => packed(`dep${n}`, 15 * MiB)));
  let longest = 0;
  let running = true;
  const beat = (async () => {
    for (let last = performance.now(); running; last = performance.now()) {
      await nextTurn();
      longest = Math.max(longest, performance.now() - last);
    }
  })();
  const start = performance.now();
  const result = await trees.build(files, { spec });
  running = false;
  await beat;
  expect(result).toMatchObject({ outcome: "rendered" });
  expect(longest).toBeLessThan((performance.now() - start) / 3);
}, 120_000);
