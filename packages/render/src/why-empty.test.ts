import { afterAll, beforeAll, expect, it } from "vitest";

import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
beforeAll(async () => {
  const [kustomize, helm] = await Promise.all([toolForTests("kustomize"), toolForTests("helm")]);
  trees = await hostedTrees({ tools: { kustomize, helm } });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

const chart = "apiVersion: v2\nname: a\nversion: 1.0.0\n";
const empties: readonly (readonly [name: string, files: Files, code: string, says: string])[] = [
  ["an empty file", { "app/a.yaml": "" }, "EmptyDesired", "app/a.yaml: the file holds no object"],
  ["comments alone", { "app/a.yaml": "# a\n---\n# b\n" }, "EmptyDesired", "the file holds no object"],
  ["an empty List", { "app/a.yaml": "{apiVersion: v1, kind: List, items: []}\n" }, "EmptyDesired", "no object"],
  ["two empty files", { "app/a.yaml": "", "app/b.yml": "" }, "EmptyDesired", "app: 2 files, and no object in any"],
  ["a folder without manifests", { "app/README.md": "x" }, "EmptyDesired", "app: no *.yaml, *.yml or *.json here"],
  ["jsonnet", { "app/main.jsonnet": "{}" }, "FeatureDisabled", "app/main.jsonnet: no manifest here"],
  ["CUE below", { "app/deep/a.cue": "a: 1", "app/x.md": "" }, "FeatureDisabled", "app/deep/a.cue"],
  ["TypeScript", { "app/main.ts": "", "app/a.yaml": "" }, "FeatureDisabled", "a program"],
  [
    "a chart whose values turn everything off",
    {
      "app/Chart.yaml": chart,
      "app/values.yaml": "enabled: false\n",
      "app/templates/a.yaml": "{{ if .Values.enabled }}a: b{{ end }}\n",
    },
    "EmptyDesired",
    "app: the chart gives no object with these values",
  ],
  ["a chart without templates", { "app/Chart.yaml": chart }, "EmptyDesired", "turn something on in the values"],
];

it.each(empties)("%s is a render of nothing, and why is said, from memory too", async (_name, files, code, says) => {
  const build = () => trees.build(files, { spec: { helm: { releaseName: "a", namespace: "a" } } });
  for (const cache of ["miss", "hit"]) {
    const result = await build();
    expect(result).toMatchObject({ outcome: "empty", cache, why: { code } });
    if (result.outcome !== "empty") return;
    const { file, problem, remedy } = result.why;
    expect(`${file}: ${problem}; ${remedy}`).toContain(says);
    expect(remedy).toContain("declare prune.allowEmpty: true");
  }
});

it.each([
  ["an empty kustomization", ""],
  ["a kustomization that lists nothing", "resources: []\n"],
  ["a kustomization that only sets a namespace", "namespace: shop\n"],
])("%s is not built in silence", async (_name, text) => {
  const result = await trees.build({ "app/kustomization.yaml": text });
  expect(result.outcome === "refused" || (result.outcome === "empty" && result.why.code === "EmptyDesired")).toBe(true);
});
