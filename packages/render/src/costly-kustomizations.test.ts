import { createHook } from "node:async_hooks";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { renderLimits } from "./limits.ts";
import { readsOfRenders } from "./reads-of-render.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
beforeAll(async () => {
  trees = await hostedTrees({ tools: { kustomize: await toolForTests("kustomize") } });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {k: x}\n`;
const many = (count: number): string =>
  Array.from({ length: count }, (_unused, at) => configMap(`x${at}`)).join("---\n");

/** Each level names the one below twice, in a way of its own; at the bottom `lowest`. */
const doubling = (levels: number, twice: (below: string) => Files | string, lowest: Files): Files => {
  const files: { [path: string]: Files[string] } = {
    ...lowest,
    "app/kustomization.yaml": `resources: [../l${levels}]\n`,
  };
  for (let level = 1; level <= levels; level += 1) {
    const made = twice(`l${level - 1}`);
    if (typeof made === "string") files[`l${level}/kustomization.yaml`] = made;
    else for (const [path, text] of Object.entries(made)) files[path.replace("HERE", `l${level}`)] = text;
  }
  return files;
};

const bySpelling = (below: string): string => `resources: [../${below}, ../${below}/]\n`;
const byWay = (below: string): Files => ({
  "HERE/kustomization.yaml": "resources: [a, b]\n",
  "HERE/a/kustomization.yaml": `resources: [../../${below}]\n`,
  "HERE/b/kustomization.yaml": `resources: [../../${below}]\n`,
});
const byComponent = (below: string): string =>
  `kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\ncomponents: [../${below}, ../${below}/.]\n`;
const byPrefix = (below: string): Files => ({
  "HERE/kustomization.yaml": "resources: [a, b]\n",
  "HERE/a/kustomization.yaml": `namePrefix: a\nresources: [../../${below}]\n`,
  "HERE/b/kustomization.yaml": `namePrefix: b\nresources: [../../${below}]\n`,
});

const objects: Files = { "l0/kustomization.yaml": "resources: [x.yaml]\n", "l0/x.yaml": configMap("x") };
const nothing: Files = { "l0/kustomization.yaml": "resources: []\n" };

describe("kustomizations that name others twice", () => {
  it.each(
    [16, 20, 24].flatMap((levels) => [
      { way: "in two spellings", levels, files: doubling(levels, bySpelling, objects) },
      { way: "in two spellings, without objects", levels, files: doubling(levels, bySpelling, nothing) },
      { way: "on two ways", levels, files: doubling(levels, byWay, objects) },
      { way: "on two ways, without objects", levels, files: doubling(levels, byWay, nothing) },
      { way: "under two prefixes", levels, files: doubling(levels, byPrefix, objects) },
      {
        way: "as components",
        levels,
        files: {
          ...doubling(levels, byComponent, nothing),
          "app/kustomization.yaml": `components: [../l${levels}]\n`,
          "l0/kustomization.yaml": "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n",
        },
      },
    ]),
  )("are refused before anything is built: $way, $levels levels", async ({ files }) => {
    const result = await trees.build(files);
    expect(result).toMatchObject({
      code: "LimitExceeded",
      problem: "over 1000 kustomizations are built for it, each as often as it is named",
      file: expect.stringMatching(/^l\d+\/(?:[ab]\/)?kustomization\.yaml$/),
    });
  });

  it("are the program's to judge where they are few", async () => {
    expect(await trees.build(doubling(3, bySpelling, objects))).toMatchObject({ code: "DuplicateObject" });
    expect(await trees.build(doubling(3, bySpelling, nothing))).toMatchObject({ outcome: "empty" });
    expect(await trees.build(doubling(3, byPrefix, objects))).toMatchObject({ objects: { length: 8 } });
  });
});

describe("common annotations of many objects", () => {
  const annotating = (annotations: string, count: number): Files => ({
    "app/kustomization.yaml": `resources: [x.yaml]\ncommonAnnotations:\n${annotations}`,
    "app/x.yaml": many(count),
  });
  it.each([
    ["longer than an object may have", `  big: ${"y".repeat(480_000)}\n`, 9_900],
    [
      "longer than an object may have, in one file of the size allowed",
      `  big: ${"é".repeat(130_900)}\n  a: ${"b".repeat(340)}\n`,
      1,
    ],
    ["long", `  big: ${"y".repeat(200_000)}\n`, 1_000],
    ["of many names", Array.from({ length: 20_000 }, (_unused, at) => `  k${at}: v\n`).join(""), 9_900],
  ])("are refused before they are copied: %s", async (_title, annotations, count) => {
    expect(await trees.build(annotating(annotations, count))).toMatchObject({
      code: "LimitExceeded",
      file: "app/kustomization.yaml",
    });
  });

  it("are left to the program where they are set anew at each level, and refused as its output is", async () => {
    await using small = await hostedTrees({ tools: trees.host.tools, limits: { outputBytes: 40_000 } });
    const annotate = (next: string, value: string): string =>
      `resources: [${next}]\ncommonAnnotations: {${value}: ${"y".repeat(400)}}\n`;
    const files = {
      "app/kustomization.yaml": annotate("s", "a"),
      "app/s/kustomization.yaml": annotate("x.yaml", "b"),
      "app/s/x.yaml": many(60),
    };
    expect(await small.build(files)).toMatchObject({ code: "LimitExceeded" });
  });

  it("refuse a set that is too large without a program too", async () => {
    await using small = await hostedTrees({ tools: {}, limits: { outputBytes: 10_000 } });
    expect(await small.build({ "app/a.yaml": many(200) })).toMatchObject({
      code: "LimitExceeded",
      problem: "the objects have more than 10000 bytes together",
    });
  });
});

/** The turns of the event loop that an act takes. */
const turnsOf = async (act: () => Promise<unknown>): Promise<number> => {
  let turns = 0;
  const hook = createHook({ init: (_id, type) => void (turns += type === "Immediate" ? 1 : 0) }).enable();
  await act().finally(() => hook.disable());
  return turns;
};

const chain = (levels: number, annotations: number, objects = 1): Files => {
  const text = `resources: [s]\ncommonAnnotations:\n${Array.from({ length: annotations }, (_unused, at) => `  k${at}: "v"\n`).join("")}`;
  const files: { [path: string]: string } = {};
  let at = "app";
  for (let level = 0; level < levels; level += 1) {
    files[`${at}/kustomization.yaml`] = text;
    at += "/s";
  }
  return { ...files, [`${at}/kustomization.yaml`]: "resources: [x.yaml]\n", [`${at}/x.yaml`]: many(objects) };
};

describe("kustomizations whose fields cost more than their bytes", () => {
  const set = (fields: string, objects: number, more: Files = {}): Files => ({
    "app/kustomization.yaml": `resources: [x.yaml]\n${fields}`,
    "app/x.yaml": many(objects),
    ...more,
  });
  const list = (count: number, of: (at: number) => string): string =>
    Array.from({ length: count }, (_unused, at) => of(at)).join("");
  const pairs = (count: number): string => `{${list(count, (at) => `k${at}: v, `)}}`;
  const label = (of: string): string =>
    `apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: ${of}\n`;
  const fields = /^with its \d+ \D+ for \d+ objects? the fields that kustomizations set take over 15 s of CPU time$/;

  it.each([
    { what: "annotations at 15 levels", files: chain(15, 17_000), problem: fields },
    { what: "annotations at 8 levels, for many objects", files: chain(8, 1_000, 100), problem: fields },
    { what: "labels", files: set(`labels: [{pairs: ${pairs(1_000)}}]\n`, 400), problem: fields },
    { what: "old labels", files: set(`commonLabels: ${pairs(1_000)}\n`, 400), problem: fields },
    {
      what: "labels of a plugin",
      files: set("transformers: [l.yaml]\n", 400, { "app/l.yaml": label(pairs(1_000)) }),
      problem: fields,
    },
    {
      what: "labels of plugins in a directory",
      files: set("transformers: [../l]\n", 400, {
        "l/kustomization.yaml": "resources: [l.yaml]\n",
        "l/l.yaml": label(pairs(1_000)),
      }),
      problem: fields,
    },
    {
      what: "images",
      files: set(`images:\n${list(2_000, (at) => `- {name: i${at}, newTag: x}\n`)}`, 200),
      problem: fields,
    },
    {
      what: "a component for what was held before it",
      files: set("components: [../c]\n", 400, {
        "c/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: ${pairs(1_000)}\n`,
      }),
      problem: fields,
    },
    {
      what: "objects alone",
      files: set("namePrefix: a-\n", 7_000),
      problem: /^kustomize takes over 30 s of CPU time for 7000 objects/,
    },
    {
      what: "objects that are built 128 times",
      files: doubling(7, byPrefix, { "l0/kustomization.yaml": "resources: [x.yaml]\n", "l0/x.yaml": many(100) }),
      problem: /^kustomize takes over 30 s of CPU time for 6400 objects at this level and those below$/,
    },
    {
      what: "more objects than a set may have",
      files: set("namePrefix: a-\n", 10_500),
      problem: /^over 10000 objects are built for it, each as often as it is named$/,
    },
    {
      what: "objects in a list, and in JSON",
      files: {
        "app/kustomization.yaml": "namePrefix: a-\nresources: [x.json]\n",
        "app/x.json": JSON.stringify({
          apiVersion: "v1",
          kind: "List",
          items: Array.from({ length: 7_000 }, (_unused, at) => ({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: `x${at}` },
          })),
        }),
      },
      problem: /^kustomize takes over 30 s/,
    },
  ])("are refused before the program runs: $what", async ({ files, problem }) => {
    const kustomize = await toolForTests("kustomize");
    await using failing = await hostedTrees({
      tools: { kustomize: { ...kustomize, path: "/bin/false" } },
      buildHere: false,
    });
    const result = await failing.build(files);
    expect(result).toMatchObject({ code: "LimitExceeded", transient: false });
    expect(result).toMatchObject({
      problem: expect.stringMatching(problem),
      file: expect.stringMatching(/kustomization\.yaml$/),
    });
  });

  it("are refused in this process too", async () => {
    expect(await trees.build(chain(15, 17_000))).toMatchObject({
      code: "LimitExceeded",
      problem: expect.stringMatching(fields),
    });
  });

  it("are built where only the program takes too long for them, also the one in fifty that it judges", async () => {
    const kustomize = await toolForTests("kustomize");
    const limits = { cpuSeconds: 1e-6 };
    await using here = await hostedTrees({ tools: { kustomize: { ...kustomize, path: "/bin/false" } }, limits });
    const files = (at: number): Files => ({
      "app/kustomization.yaml": `resources: [x.yaml] # ${at}\n`,
      "app/x.yaml": many(3),
    });
    const ends = await Promise.all(Array.from({ length: 200 }, (_unused, at) => here.build(files(at))));
    expect(new Set(ends.map((end) => ("code" in end ? end.code : end.outcome)))).toEqual(new Set(["rendered"]));
  });

  it("are far from what fleets have", async () => {
    const base = `images:\n${list(40, (at) => `- {name: i${at}, newTag: x}\n`)}commonAnnotations: ${pairs(10)}\nlabels: [{pairs: ${pairs(5)}}]\n`;
    const levels = Array.from({ length: 4 }, (_unused, at): [string, string] => [
      `app${"/s".repeat(at)}/kustomization.yaml`,
      `resources: [s]\nnamespace: shop\n${base}`,
    ]);
    const files = {
      ...Object.fromEntries(levels),
      "app/s/s/s/s/kustomization.yaml": `resources: [x.yaml]\nconfigMapGenerator:\n${list(40, (at) => `- {name: g${at}, literals: [a=b]}\n`)}`,
      "app/s/s/s/s/x.yaml": many(300),
    };
    expect(await trees.build(files)).toMatchObject({ outcome: "rendered", objects: { length: 340 } });
  });
});

describe("large kustomizations", () => {
  it("are refused where all are more than may be read", async () => {
    expect(await trees.build(chain(40, 10_000))).toMatchObject({
      code: "LimitExceeded",
      problem: `with it over ${renderLimits.allConfigBytes} bytes configure kustomize`,
    });
  });

  it("are refused where one is", async () => {
    expect(await trees.build(chain(1, 30_000))).toMatchObject({
      code: "LimitExceeded",
      problem: expect.stringMatching(/^the file configures kustomize and has \d+ bytes, at most 262144$/),
    });
  });

  it("are refused where a plugin is configured by one", async () => {
    const plugin = `apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: a}\nprefix: a\n#${"x".repeat(270_000)}\n`;
    const files = { "app/kustomization.yaml": "transformers: [p.yaml]\n", "app/p.yaml": plugin };
    expect(await trees.build(files)).toMatchObject({ code: "LimitExceeded", file: "app/p.yaml" });
  });

  it("leave others a turn between any two of them, here and where the repository is stored", async () => {
    const files = chain(8, 100);
    expect(await turnsOf(() => trees.build(files))).toBeGreaterThanOrEqual(16);
    const request = { tree: trees.git.write(files), path: "app", spec: { kind: "auto" as const } };
    const signal = AbortSignal.timeout(60_000);
    expect(await turnsOf(() => readsOfRenders([request], trees.git.source, signal))).toBeGreaterThanOrEqual(8);
  });
});
