import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { packedChart } from "./testing/packed-chart.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
beforeAll(async () => {
  const [kustomize, helm] = await Promise.all([toolForTests("kustomize"), toolForTests("helm")]);
  trees = await hostedTrees({ tools: { kustomize, helm }, buildHere: false });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

const chart = (values: string, more: Files = {}): Files => ({
  "app/Chart.yaml": "apiVersion: v2\nname: shopfront\nversion: 1.0.0\n",
  "app/values.yaml": values,
  "app/templates/db.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n",
  ...more,
});
const withSchema = (schema: object, values: string, more: Files = {}): Files =>
  chart(values, { "app/values.schema.json": JSON.stringify(schema), ...more });
const withTemplate = (template: string, values: string): Files => chart(values, { "app/templates/db.yaml": template });
const port = { properties: { service: { properties: { port: { type: "integer" } } } } };

/** What is told, word for word; `swordfish` and `hunter2` are values. */
const charts: readonly (readonly [title: string, files: Files, says: readonly string[]])[] = [
  [
    "the type of a property",
    withSchema(port, "service: {port: swordfish}\n"),
    ["shopfront:", "at '/service/port': got string, want integer"],
  ],
  [
    "a property whose value is its own name",
    withSchema(port, "service: {port: port}\n"),
    ["at '/service/port': got string, want integer"],
  ],
  [
    "a property that is missing, and is a value elsewhere",
    withSchema(
      { required: ["image"], properties: { auth: { required: ["user", "password"] } } },
      "auth: {name: password, kind: my-image}\n",
    ),
    ["at '': missing property 'image'", "at '/auth': missing properties 'user', 'password'"],
  ],
  [
    "properties that are too many",
    withSchema({ additionalProperties: false }, "pullpolicy: swordfish\nother: pullpolicy\n"),
    // In any order: helm tells them as a map of Go gives them.
    ["additional properties '", "'other'", "'pullpolicy'", "' not allowed"],
  ],
  [
    "one property that needs another, and a name that may not be",
    withSchema(
      { dependentRequired: { tls: ["secretName"] }, propertyNames: { pattern: "^[a-zN]+$" } },
      "tls: hunter2\nBad_Key: swordfish\n",
    ),
    ["properties 'secretName' required, if 'tls' exists", "invalid propertyName 'Bad_Key'"],
  ],
  [
    "one of several",
    withSchema(
      { properties: { disk: { oneOf: [{ required: ["size"] }, { required: ["existingClaim"] }] } } },
      "disk: {class: swordfish}\n",
    ),
    ["'oneOf' failed, none matched", "missing property 'size'", "missing property 'existingClaim'"],
  ],
  [
    "the words for a limit, and items of a list",
    withSchema(
      { properties: { name: { maxLength: 3 }, hosts: { items: { required: ["host"] } } } },
      "name: swordfish\nhosts: [{x: hunter2}]\n",
    ),
    ["at '/name': maxLength: got 9, want 3", "at '/hosts/0': missing property 'host'"],
  ],
  [
    "names that a pointer writes otherwise",
    withSchema({ properties: { "a/b": { properties: { "x~y": { type: "integer" } } } } }, "a/b: {x~y: swordfish}\n"),
    ["at '/a~1b/x~0y': got string, want integer"],
  ],
  [
    "the schema of a packed chart",
    chart("dep: {auth: {password: [swordfish]}}\n", {
      "app/charts/dep-1.0.0.tgz": packedChart("dep", {
        "values.schema.json":
          '{"properties":{"auth":{"required":["userName"],"properties":{"password":{"type":"string"}}}}}',
      }),
    }),
    ["dep:", "at '/auth/password': got array, want string", "missing property 'userName'"],
  ],
  [
    "a field of a template that nobody has",
    withTemplate("{{ .Values.global.image.tag }}", "image: {tag: swordfish}\n"),
    ["shopfront/templates/db.yaml:1:10", "at <.Values.global.image.tag>", "nil pointer evaluating interface {}.image"],
  ],
  [
    "a function",
    withTemplate("{{ .Values.replicas | b64enc }}", "replicas: 3\n"),
    ["at <b64enc>", "wrong type for value; expected string; got float64"],
  ],
  [
    "a version of Kubernetes",
    chart("a: swordfish\n", {
      "app/Chart.yaml": "apiVersion: v2\nname: shopfront\nversion: 1.0.0\nkubeVersion: '>=9.0.0'\n",
    }),
    ["chart requires kubeVersion: >=9.0.0 which is incompatible with Kubernetes v"],
  ],
  [
    "a chart that is a library",
    chart("a: swordfish\n", {
      "app/Chart.yaml": "apiVersion: v2\nname: shopfront\nversion: 1.0.0\ntype: library\n",
    }),
    ["library charts are not installable"],
  ],
];

const deployment =
  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: frontend, namespace: storefront}\nspec: {replicas: 1, note: swordfish}\n";
const secret =
  "apiVersion: v1\nkind: Secret\nmetadata: {name: dbcreds}\nstringData: {password: swordfish, apiToken: password}\n";
const kustomization = (text: string, more: Files = {}): Files => ({
  "app/kustomization.yaml": text,
  "app/a.yaml": deployment,
  "app/s.yaml": secret,
  ...more,
});
const replacing = (source: string, target: string): Files =>
  kustomization(
    `resources: [a.yaml, s.yaml]\nreplacements:\n- source: {${source}}\n  targets: [{select: {kind: Deployment}, fieldPaths: [${target}]}]\n`,
  );
const patching = (path: string): Files =>
  kustomization(
    `resources: [a.yaml, s.yaml]\npatches:\n- target: {kind: Secret}\n  patch: |\n    - {op: remove, path: ${path}}\n`,
  );

const kustomizations: readonly (readonly [title: string, files: Files, says: readonly string[]])[] = [
  [
    "an object that is there twice",
    kustomization("resources: [a.yaml, b.yaml]\n", { "app/b.yaml": deployment }),
    ["already registered id: Deployment.v1.apps/frontend.storefront", "b.yaml"],
  ],
  [
    "an object of a list that is there twice",
    kustomization("resources: [a.yaml, b.yaml]\n", {
      "app/b.yaml": `apiVersion: v1\nkind: List\nitems:\n- ${deployment.trim().replaceAll("\n", "\n  ")}\n`,
    }),
    ["already registered id: Deployment.v1.apps/frontend.storefront"],
  ],
  [
    "a key of a Secret that is its value too, and is missing below",
    patching("/stringData/apiTokn"),
    ["path: '/stringData/apiTokn'", "nonexistent key: apiTokn"],
  ],
  ["the way of a patch", patching("/stringData/password/none"), ["/stringData/password/none"]],
  [
    "a key twice that is a value too",
    kustomization("secretGenerator: [{name: db, literals: [user=password, password=swordfish, password=hunter2]}]\n"),
    ["db illegally repeats the key `password`"],
  ],
  [
    "the source of a replacement",
    replacing("kind: ConfigMap, name: settings, fieldPath: data.HOSTNAME", "spec.replicas"),
    ["nothing selected by ConfigMap.[noVer].[noGrp]/settings.[noNs]:data.HOSTNAME"],
  ],
  [
    "its field",
    replacing("kind: Secret, name: dbcreds, fieldPath: stringData.apiTokn", "spec.replicas"),
    ["fieldPath `stringData.apiTokn` is missing", "Secret.[noVer].[noGrp]/dbcreds.[noNs]"],
  ],
  [
    "its target",
    replacing("kind: Secret, name: dbcreds, fieldPath: stringData.password", "spec.missing.deeply"),
    ['unable to find field "spec.missing.deeply" in replacement target'],
  ],
  [
    "a generator that adds to nothing",
    kustomization("configMapGenerator: [{name: settings, behavior: merge, literals: [HOST=swordfish]}]\n"),
    ['Kind:"ConfigMap"', 'Name:"settings"', "cannot merge or replace"],
  ],
  [
    "a variable",
    kustomization(
      "resources: [a.yaml]\nvars: [{name: HOSTNAME, objref: {kind: Service, name: ghost, apiVersion: v1}}]\n",
    ),
    ["var '{HOSTNAME Service.v1.[noGrp] {metadata.name}}' cannot be mapped"],
  ],
  [
    "a namespace that two objects come to",
    kustomization("namespace: unified\nresources: [a.yaml, b.yaml]\n", {
      "app/b.yaml": deployment.replace("storefront", "backyard"),
    }),
    ["namespace transformation produces ID conflict", '"name":"frontend","namespace":"unified"', "backyard"],
  ],
];

const problemOf = async (files: Files, options: object): Promise<string> => {
  const result = await trees.build(files, options);
  expect(result).toMatchObject({ outcome: "refused" });
  return (result as { readonly problem: string }).problem;
};

describe("the names in a refusal are told, its values are not", () => {
  it.each(charts)("helm: %s", async (_title, files, says) => {
    const problem = await problemOf(files, { spec: { kind: "helm", helm: { releaseName: "rel", namespace: "shop" } } });
    for (const piece of says) expect(problem).toContain(piece);
    expect(problem).not.toMatch(/swordfish|hunter2/);
  });

  it.each(kustomizations)("kustomize: %s", async (_title, files, says) => {
    const problem = await problemOf(files, {});
    for (const piece of says) expect(problem).toContain(piece);
    expect(problem).not.toMatch(/swordfish|hunter2/);
  });

  it("but a value stays struck that is a key, where it stands as a value", async () => {
    const schema = { properties: { mode: { pattern: "^x" }, service: { enum: ["port", "mode"] } } };
    const problem = await problemOf(withSchema(schema, "mode: service\nservice: swordfish\n"), {
      spec: { kind: "helm", helm: { releaseName: "rel", namespace: "shop" } },
    });
    expect(problem).toContain("at '/mode': '***' does not match pattern '***'");
    expect(problem).toContain("at '/service': value must be one of '***', '***'");
  });

  it("and what a template says itself is no place of a name", async () => {
    const template = `{{ fail (printf "at '/a': missing property '%s'" .Values.user) }}`;
    const problem = await problemOf(withTemplate(template, "user: password\npassword: x\n"), {
      spec: { kind: "helm", helm: { releaseName: "rel", namespace: "shop" } },
    });
    expect(problem).toContain("missing property '***'");
  });
});
