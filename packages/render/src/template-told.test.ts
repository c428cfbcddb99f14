import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RenderResult } from "./index.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { packedChart } from "./testing/packed-chart.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
beforeAll(async () => {
  trees = await hostedTrees({ tools: { helm: await toolForTests("helm") } });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {k: x}\n`;
const chart = (templates: Files): Files => ({
  "app/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
  "app/templates/fine.yaml": configMap("fine"),
  ...Object.fromEntries(Object.entries(templates).map(([path, text]) => [`app/${path}`, text])),
});
const build = (files: Files, path = "app"): Promise<RenderResult> =>
  trees.build(files, { path, spec: { kind: "helm", helm: { releaseName: "web", namespace: "shop" } } });

const faults: readonly (readonly [title: string, templates: Files, code: string, says: RegExp])[] = [
  [
    "a key twice",
    { "templates/bad.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  k: a\n  k: b\n" },
    "DuplicateKey",
    /^app\/templates\/bad\.yaml: line 6 of a document that it renders: key /,
  ],
  [
    "an object without a name",
    { "templates/bad.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n" },
    "ObjectInvalid",
    /^app\/templates\/bad\.yaml: line 3 of a document that it renders: metadata\.name is missing/,
  ],
  [
    "an object without a kind",
    { "templates/bad.yaml": "apiVersion: v1\nmetadata: {name: x}\n" },
    "ObjectInvalid",
    /^app\/templates\/bad\.yaml: line 1 of a document that it renders: kind is missing/,
  ],
  [
    "the second document of a template",
    { "templates/bad.yaml": `${configMap("a")}---\n${configMap("b").replace("v1", "")}` },
    "ObjectInvalid",
    /^app\/templates\/bad\.yaml: line 1 of a document that it renders: apiVersion is missing/,
  ],
  [
    "metadata that is ours",
    { "templates/bad.yaml": configMap("a").replace("{name: a}", "{name: a, labels: {evenkeel.dev/app: x}}") },
    "ReservedMetadata",
    /^app\/templates\/bad\.yaml: line 3 of a document that it renders: /,
  ],
  [
    "one object in two templates",
    { "templates/one.yaml": configMap("a"), "templates/two.yaml": configMap("a") },
    "DuplicateObject",
    /^app\/templates\/(?:one|two)\.yaml: line 1 of a document that it renders: ConfigMap a is already written in app\/templates\/(?:one|two)\.yaml; keep one/,
  ],
  [
    "one object in a template and in a hook",
    {
      "templates/one.yaml": configMap("a"),
      "templates/two.yaml": configMap("a").replace("{name: a}", "{name: a, annotations: {helm.sh/hook: post-install}}"),
    },
    "DuplicateObject",
    /^app\/templates\/two\.yaml: .* ConfigMap a is already written in app\/templates\/one\.yaml; /,
  ],
  [
    "one object in a chart and in a packed one below it",
    {
      "templates/one.yaml": configMap("a"),
      "charts/dep-1.0.0.tgz": packedChart("dep", { "templates/two.yaml": configMap("a") }),
    },
    "DuplicateObject",
    /(?=.*app\/templates\/one\.yaml).*app\/charts\/dep\/templates\/two\.yaml/,
  ],
  [
    "a definition that is no object",
    { "crds/bad.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {}\n" },
    "ObjectInvalid",
    /^app\/crds\/bad\.yaml: .*metadata is missing/,
  ],
];

describe("a fault in what a chart renders", () => {
  it.each(faults)("names the template: %s", async (_title, templates, code, says) => {
    const result = await build(chart(templates));
    expect(result).toMatchObject({ outcome: "refused", code });
    expect((result as { readonly message: string }).message).toMatch(says);
    expect((result as { readonly message: string }).message).not.toContain("(rendered)");
  });

  it("names it where the chart is the whole repository", async () => {
    const files = {
      "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
      "templates/a.yaml": "kind: X\nmetadata: {name: a}\n",
    };
    expect(await build(files, ".")).toMatchObject({ file: "templates/a.yaml" });
  });

  it("names it in a warning", async () => {
    const files = chart({
      "templates/odd.yaml": configMap("a").replace("{k: x}", "{k: yes}").replace("{name: a}", "{name: a, uid: x}"),
    });
    const result = await build(files);
    expect(result).toMatchObject({ outcome: "rendered" });
    const { warnings } = result as { readonly warnings: readonly string[] };
    expect(warnings).toContainEqual(
      expect.stringMatching(/^app\/templates\/odd\.yaml: ObjectInvalid: line 3 of a document/),
    );
    expect(warnings.join()).not.toContain("(rendered)");
  });
});

describe("a fault in what a kustomization builds", () => {
  it.each([
    [
      "a name that a prefix made too long",
      `namePrefix: ${"p-".repeat(127)}\n`,
      configMap("a"),
      /^app \(built\):\d+:\d+: ConfigMap (?:p-)+a: metadata\.name/,
    ],
    [
      "metadata that is ours",
      "",
      configMap("a").replace("{name: a}", "{name: a, annotations: {x: y}, labels: {evenkeel.dev/app: x}}"),
      /^app \(built\):\d+:\d+: ConfigMap a: /,
    ],
  ])("names the object: %s", async (_title, text, object, says) => {
    await using program = await hostedTrees({
      tools: { kustomize: await toolForTests("kustomize") },
      buildHere: false,
    });
    const result = await program.build({
      "app/kustomization.yaml": `resources: [a.yaml]\n${text}`,
      "app/a.yaml": `${configMap("b")}---\n${object}`,
    });
    expect(result).toMatchObject({ outcome: "refused" });
    expect((result as { readonly message: string }).message).toMatch(says);
  });
});
