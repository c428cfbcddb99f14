import { describe, expect, it } from "vitest";

import { parseManifests, refOf } from "./index.ts";

const parse = (text: string) =>
  parseManifests(new TextEncoder().encode(text), { file: "app/a.yaml", dialect: "kustomize" });
const configMap = (rest: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n${rest}`;
const secret = (rest: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n${rest}`;
const meta = (metadata: string, kind = "ConfigMap", apiVersion = "v1"): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\n`;

const refusals: readonly (readonly [name: string, text: string, code: string, place: string])[] = [
  ["a scalar at the top", "hello\n", "ObjectInvalid", "1:1"],
  ["a list at the top", "- a: 1\n", "ObjectInvalid", "1:1"],
  ["no apiVersion", "kind: ConfigMap\nmetadata: {name: a}\n", "ObjectInvalid", "1:1"],
  ["no kind", "apiVersion: v1\nmetadata: {name: a}\n", "ObjectInvalid", "1:1"],
  ["a kind that is no string", "apiVersion: v1\nkind: 5\nmetadata: {name: a}\n", "ObjectInvalid", "2:1"],
  ["no metadata", "apiVersion: v1\nkind: ConfigMap\n", "ObjectInvalid", "1:1"],
  ["no name", meta("{namespace: x}"), "ObjectInvalid", "3:11"],
  ["generateName", meta("{generateName: a-}"), "ObjectInvalid", "3:12"],
  ["a name of 300 characters", meta(`{name: ${"a".repeat(300)}}`), "ObjectInvalid", "3:12"],
  ["a name that climbs", meta("{name: ../x}"), "ObjectInvalid", "3:12"],
  ["a name in upper case", meta("{name: Web}"), "ObjectInvalid", "3:12"],
  ["a role name with a slash", meta("{name: a/b}", "Role", "rbac.authorization.k8s.io/v1"), "ObjectInvalid", "3:12"],
  ["a bad namespace", meta("{name: a, namespace: A.b}"), "ObjectInvalid", "3:21"],
  ["owner references", meta("{name: a, ownerReferences: [{name: b}]}"), "ObjectInvalid", "3:21"],
  ["a label that is a number", configMap("  labels:\n    v: 1\n"), "ObjectInvalid", "6:5"],
  ["our label", configMap("  labels:\n    evenkeel.dev/app: x\n"), "ReservedMetadata", "6:5"],
  ["our annotation", configMap('  annotations: {evenkeel.dev/seq: "1"}\n'), "ReservedMetadata", "5:17"],
  [
    "our label on a pod template",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {evenkeel.dev/app: x}}}}\n",
    "ReservedMetadata",
    "4:39",
  ],
  [
    "our label on a job template",
    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {metadata: {labels: {evenkeel.dev/app: x}}}}\n",
    "ReservedMetadata",
    "4:42",
  ],
  [
    "our label on the pods of a job template, beside what is no string",
    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {a: 1, evenkeel.dev/app: x}}}}}}\n",
    "ReservedMetadata",
    "4:66",
  ],
  [
    "our annotation on a claim template",
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {volumeClaimTemplates: [{metadata: {annotations: {evenkeel.dev/installation: x}}}]}\n",
    "ReservedMetadata",
    "4:57",
  ],
  [
    "our label on the claim of an ephemeral volume",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, ephemeral: {volumeClaimTemplate: {metadata: {labels: {evenkeel.dev/app: x}}}}}]}\n",
    "ReservedMetadata",
    "4:82",
  ],
  [
    "our label on a PodTemplate, which has no spec",
    "apiVersion: v1\nkind: PodTemplate\nmetadata: {name: a}\ntemplate: {metadata: {labels: {evenkeel.dev/app: x}}}\n",
    "ReservedMetadata",
    "4:32",
  ],
  [
    "our label in what a resource of an operator gives its pods",
    "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: a}\nspec: {podMetadata: {labels: {evenkeel.dev/app: x}}}\n",
    "ReservedMetadata",
    "4:31",
  ],
  ["annotations of 300 KB", configMap(`  annotations: {a: ${"x".repeat(300_000)}}\n`), "LimitExceeded", "5:3"],
  ["a secret that is not base64", secret("data: {password: not-base64!}\n"), "ObjectInvalid", "4:8"],
  ["a secret key twice", secret("data: {p: eA==}\nstringData: {p: x}\n"), "ObjectInvalid", "5:14"],
  [
    "a List in a List",
    "apiVersion: v1\nkind: List\nitems:\n- kind: List\n  apiVersion: v1\n  items: []\n",
    "ObjectInvalid",
    "4:3",
  ],
  ["a bad item of a List", "apiVersion: v1\nkind: List\nitems:\n- kind: A\n", "ObjectInvalid", "4:3"],
  ["one ref twice", `${meta("{name: a}")}---\n${meta("{name: a}")}`, "DuplicateObject", "5:1"],
  [
    "one ref in two versions",
    `${meta("{name: a}", "Deployment", "apps/v1")}---\n${meta("{name: a}", "Deployment", "apps/v1beta1")}`,
    "DuplicateObject",
    "5:1",
  ],
];

describe("parseManifests", () => {
  it.each(refusals)("refuses %s", (_name, text, code, place) => {
    const [line, column] = place.split(":").map(Number);
    expect(() => parse(text)).toThrow(expect.objectContaining({ name: "ManifestRefused", code, line, column }));
  });

  it("never shows a secret value", () => {
    for (const text of [
      secret("data: {p: canary-value!}\n"),
      secret("data: {p: eA==}\nstringData: {p: canary-value}\n"),
    ]) {
      expect(() => parse(text)).toThrow(expect.not.objectContaining({ message: expect.stringContaining("canary") }));
    }
  });

  it("reads objects with their origin, skipping what is empty", () => {
    const { objects, warnings } = parse(
      `# nothing\n---\n${meta("{name: a}")}---\nnull\n---\n---\n${meta("{name: b}")}`,
    );
    expect(objects.map(({ object, origin }) => [refOf(object).name, origin])).toEqual([
      ["a", { file: "app/a.yaml", document: 1, line: 3 }],
      ["b", { file: "app/a.yaml", document: 4, line: 10 }],
    ]);
    expect(warnings).toEqual([]);
  });

  it("flattens a List and a typed list once, and keeps a kind that only ends in List", () => {
    const items =
      "items:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n";
    expect(parse(`apiVersion: v1\nkind: List\n${items}`).objects.map(({ origin }) => origin.line)).toEqual([4, 5]);
    expect(parse(`apiVersion: v1\nkind: ConfigMapList\n${items}`).objects.length).toBe(2);
    const allowList = `${meta("{name: a}", "AllowList", "x.dev/v1")}items: [1]\n`;
    expect(parse(allowList).objects.map(({ object }) => object.kind)).toEqual(["AllowList"]);
  });

  it.each([
    ["a List of another group", "apiVersion: x.dev/v1\nkind: List\nmetadata: {name: a}\nspec: {x: 1}\nitems: []\n"],
    [
      "a kind that ends in List, without items",
      "apiVersion: x.dev/v1\nkind: AllowList\nmetadata: {name: a}\nitems: []\n",
    ],
    [
      "one with items of its kind",
      "apiVersion: x.dev/v1\nkind: AList\nmetadata: {name: a}\nitems: [{apiVersion: x.dev/v1, kind: A}]\n",
    ],
  ])("keeps an object with a name that only looks like a list: %s", (_title, text) => {
    expect(parse(text).objects).toMatchObject([{ object: { metadata: { name: "a" } } }]);
    expect(() => parse(text.replace("{name: a}", "{}").replace("kind: A}", "kind: B}"))).toThrow(
      expect.objectContaining({ code: "ObjectInvalid" }),
    );
  });

  it("drops what the server owns, and warns only where it held something", () => {
    const { objects, warnings } = parse(
      `${meta("{name: a, uid: u, creationTimestamp: null, ownerReferences: []}")}status: {}\ndata: {x: z}\n`,
    );
    expect(objects[0]!.object).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a" },
      data: { x: "z" },
    });
    expect(warnings.map(({ line, column, problem }) => `${line}:${column} ${problem}`)).toEqual([
      "3:21 metadata.uid of ConfigMap a is written by the server and was left out",
    ]);
  });

  it.each([
    ["a role with a colon in its name", meta("{name: 'system:x'}", "ClusterRole", "rbac.authorization.k8s.io/v1")],
    [
      "the annotations of ours that an author writes",
      configMap('  annotations: {evenkeel.dev/prune: never, evenkeel.dev/wave: "2"}\n'),
    ],
    ["an encrypted secret", secret("data: {p: 'ENC[AES256_GCM,data:x]'}\nsops: {version: 3.9.0}\n")],
    ["a secret with folded base64", secret("data:\n  p: |\n    eHh4\n    eHh4\n")],
  ])("takes %s", (_name, text) => {
    expect(parse(text).objects.length).toBe(1);
  });

  it("reads 10,000 objects in one List (a quadratic reader would not end)", () => {
    const item = (index: number): string =>
      `- {apiVersion: v1, kind: ConfigMap, metadata: {name: c${index}, uid: u}}\n`;
    const text = `apiVersion: v1\nkind: List\nitems:\n${Array.from({ length: 10_000 }, (_, index) => item(index)).join("")}`;
    expect(parse(text).objects.at(-1)!.origin.line).toBe(10_003);
  }, 60_000);
});
