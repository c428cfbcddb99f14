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

const kustomization = (text: string, more: Files = {}): Files => ({ "app/kustomization.yaml": text, ...more });
const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  pin: swordfish-0891\n";

const kustomizations: readonly (readonly [title: string, files: Files, says: string])[] = [
  ["a literal without a key", kustomization("secretGenerator: [{name: db, literals: [swordfish-0891]}]\n"), "literal"],
  [
    "a literal with two values",
    kustomization("secretGenerator:\n- name: db\n  literals: [pin=swordfish-0891, pin=x]\n"),
    "pin",
  ],
  [
    "an env file that is no text",
    kustomization("secretGenerator: [{name: db, envs: [e]}]\n", {
      "app/e": Buffer.concat([Buffer.from("pin=swordfish-0891"), Buffer.from([0xff, 0x0a])]),
    }),
    "utf8",
  ],
  [
    "a value under files",
    kustomization("secretGenerator: [{name: db, files: [pin=swordfish-0891]}]\n"),
    "secretGenerator[0].files[0]",
  ],
  [
    "a remote value under files",
    kustomization("secretGenerator: [{name: db, files: ['pin=https://swordfish-0891/']}]\n"),
    "leads out",
  ],
  [
    "an object without a kind",
    kustomization("resources: [a.yaml]\n", { "app/a.yaml": secret.replace("kind: Secret\n", "") }),
    "kind",
  ],
  [
    "an object without a name",
    kustomization("resources: [a.yaml]\n", { "app/a.yaml": secret.replace("{name: db}", "{namespace: x}") }),
    "name",
  ],
  [
    "a map where a text belongs",
    kustomization("namePrefix: x-\nresources: [a.yaml]\n", {
      "app/a.yaml": secret.replace("{name: db}", "{name: [swordfish-0891]}"),
    }),
    "failed",
  ],
  [
    "data that is no map",
    kustomization("resources: [a.yaml]\nlabels: [{pairs: {a: b}}]\n", {
      "app/a.yaml": secret.replace("{name: db}", "swordfish-0891"),
    }),
    "failed",
  ],
  [
    "a patch that fits nothing",
    kustomization(
      "resources: [a.yaml]\npatches:\n- target: {kind: Secret}\n  patch: |\n    - {op: test, path: /stringData/pin, value: swordfish-0892}\n",
      { "app/a.yaml": secret },
    ),
    "failed",
  ],
  [
    "a replacement into nothing",
    kustomization(
      "resources: [a.yaml]\nreplacements:\n- source: {kind: Secret, fieldPath: stringData.pin}\n  targets: [{select: {kind: Secret}, fieldPaths: [stringData.pin.swordfish-0891]}]\n",
      { "app/a.yaml": secret },
    ),
    "failed",
  ],
  [
    "a replacement out of a value that is groups of digits",
    kustomization(
      "resources: [a.yaml]\nreplacements:\n- source: {kind: Secret, fieldPath: stringData.pin.x}\n  targets: [{select: {kind: Secret}, fieldPaths: [metadata.name]}]\n",
      { "app/a.yaml": secret.replaceAll(/pin: .*/g, 'pin: "0891-0815"') },
    ),
    "failed",
  ],
  [
    "a patch that is no patch",
    kustomization("resources: [a.yaml]\npatches: [{patch: 'swordfish-0891'}]\n", { "app/a.yaml": secret }),
    "failed",
  ],
  [
    "an immutable secret generated twice",
    kustomization("resources: [a.yaml]\nsecretGenerator: [{name: db, literals: [pin=swordfish-0891]}]\n", {
      "app/a.yaml": secret,
    }),
    "db",
  ],
];

const chart = (template: string, values: string): Files => ({
  "app/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
  "app/values.yaml": values,
  "app/templates/db.yaml": template,
});
const pin = "pin: swordfish-0891\n";
const charts: readonly (readonly [title: string, files: Files, says: string])[] = [
  ["a template that says its value", chart('{{ fail (printf "bad pin %s" .Values.pin) }}', pin), "templates/db.yaml"],
  ["one that says it in base64", chart("{{ fail (.Values.pin | b64enc) }}", pin), "templates/db.yaml"],
  ["one that says it in capitals", chart("{{ fail (.Values.pin | upper) }}", pin), "templates/db.yaml"],
  ["one that says a part of it", chart("{{ fail (.Values.pin | trunc 9) }}", pin), "templates/db.yaml"],
  ["a text in the template itself", chart('{{ fail "swordfish-0891" }}', pin), "templates/db.yaml"],
  ["a value asked for a member", chart("{{ .Values.pin.a.b }}", pin), "templates/db.yaml"],
  ["a function given another type", chart("{{ add .Values.pin.x 1 }}", pin), "templates/db.yaml"],
  [
    "YAML that it breaks",
    chart(
      "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {pin: {{ .Values.pin }}",
      'pin: "swordfish-0891: ["\n',
    ),
    "db.yaml",
  ],
  ["a number that it is not", chart("{{ index .Values.pin 3 4 }}", pin), "templates/db.yaml"],
  [
    "a schema that it does not meet",
    {
      ...chart("", pin),
      "app/values.schema.json":
        '{"properties": {"pin": {"type": "string", "enum": ["swordfish-0892"], "pattern": "^x"}}}',
    },
    "pin",
  ],
];

const checkRefused = async (files: Files, says: string, options: object): Promise<void> => {
  const result = await trees.build(files, options);
  expect(result).toMatchObject({ outcome: "refused", message: expect.stringContaining(says) });
  const { message } = result as { readonly message: string };
  expect(message).not.toMatch(/115 119|swordfish|0891|0892|SWORD|c3dvcmRmaXNo/);
};

/** Values that are made of names which stay elsewhere: of objects, keys, paths and tools. */
const named = (value: string, more = ""): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {user: "x", pin: "${value}"}\n${more}`;
const objects = { "app/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {db: x}\n" };
const ofNames: readonly (readonly [title: string, value: string, template: string])[] = [
  ["quoted, the name of the chart", "web", "{{ fail (.Values.pin | quote) }}"],
  ["quoted, two names", "web-db", '{{ fail (printf "bad %q" .Values.pin) }}'],
  ["two names in a sentence", "web-db", '{{ fail (printf "bad %s here" .Values.pin) }}'],
  ["names between blanks", "web pin db", '{{ fail (printf "bad %s here" .Values.pin) }}'],
  ["words of tools", "secret-key-not-found", '{{ fail (printf "bad %s here" .Values.pin) }}'],
  ["a name under its key", "web", "{{ fail (toYaml .Values) }}"],
  ["a name in a map of Go", "web", '{{ fail (printf "%v" .Values) }}'],
  ["a name in JSON", "web", "{{ fail (toJson .Values) }}"],
  ["a name as Go writes it", "web", '{{ fail (printf "%#v" .Values) }}'],
  ["a date that is none", "data-web", '{{ mustToDate "2006-01-02" .Values.pin }}'],
  ["a date whose end is a name", "2024-web", '{{ mustToDate "2006-01-02" .Values.pin }}'],
  ["a date whose middle is a name", "2024-01-db-web", '{{ mustToDate "2006-01-02" .Values.pin }}'],
  ["a time span that is none", "web", "{{ mustDateModify .Values.pin now }}"],
  ["a pattern that is none", "web(db", '{{ mustRegexMatch .Values.pin "x" }}'],
  [
    "a number that is none",
    "web",
    "{{ .Values.pin | mustToJson | mustFromJson | atoi | required .Values.pin }}{{ fail .Values.pin }}",
  ],
];

describe("a value that is made of names", () => {
  it.each(ofNames)("is not told: %s", async (_title, value, template) => {
    const files = {
      ...chart(template, `pin: "${value}"\n`),
      "app/templates/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {db: x}\n",
      "app/crds/db.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n",
    };
    const result = await trees.build(files, {
      spec: { kind: "helm", helm: { releaseName: "web", namespace: "shop" } },
    });
    expect(result).toMatchObject({ outcome: "refused" });
    const { problem } = result as { readonly problem: string };
    const [, ...pieces] = problem.split(/error calling |at <[^>]*>: /);
    const own = pieces.at(-1) ?? problem;
    expect(own).not.toContain(`"${value}"`);
    expect(own.replaceAll(/web\/templates\/\S*/g, "")).not.toMatch(/\bweb\b|\bdb\b|secret-key/);
  });

  it.each([
    [
      "a literal",
      "web-shop",
      (value: string) =>
        kustomization(`resources: [web.yaml]\nsecretGenerator: [{name: db, literals: ["${value}"]}]\n`, objects),
    ],
    [
      "a patch's value",
      "web-shop",
      (value: string) =>
        kustomization(
          `resources: [web.yaml, s.yaml]\npatches:\n- target: {kind: Secret}\n  patch: |\n    - {op: test, path: /stringData/pin, value: ${value}}\n`,
          { ...objects, "app/s.yaml": named("x") },
        ),
    ],
    [
      "an object without a kind",
      "web shop",
      (value: string) =>
        kustomization("resources: [web.yaml, s.yaml]\n", {
          ...objects,
          "app/s.yaml": named(value).replace("kind: Secret\n", ""),
        }),
    ],
    [
      "an object without a name",
      "shop",
      (value: string) =>
        kustomization("resources: [web.yaml, s.yaml]\n", {
          ...objects,
          "app/s.yaml": named(value).replace("{name: web}", "{namespace: x}"),
        }),
    ],
    [
      "a map where a text belongs",
      "web-shop",
      (value: string) =>
        kustomization("namePrefix: x-\nresources: [web.yaml, s.yaml]\n", {
          ...objects,
          "app/s.yaml": named(value).replace("{name: web}", `{name: ["${value}"]}`),
        }),
    ],
  ] as const)("is not told: kustomize and %s", async (_title, value, filesOf) => {
    const result = await trees.build(filesOf(value), {});
    expect(result).toMatchObject({ outcome: "refused" });
    const { problem } = result as { readonly problem: string };
    expect(problem).not.toContain(value.includes("shop") && value.length > 4 ? value : `"${value}"`);
    expect(problem).not.toMatch(/pin"?[:=] ?"?(?:web|shop)/);
  });

  it.each([
    ["its words", "swordfish-0891", '{{ fail (printf "bad %s here" .Values.pin) }}'],
    ["names", "web-db", '{{ fail (printf "bad %s here" .Values.pin) }}'],
    ["a quoted name", "db", "{{ fail (.Values.pin | quote) }}"],
  ])("is not told out of a packed chart, by %s", async (_title, value, template) => {
    const files = {
      ...chart("", "a: b\n"),
      "app/charts/db-1.0.0.tgz": packedChart("db", {
        "values.yaml": `pin: ${value}\n`,
        "templates/web.yaml": template,
      }),
    };
    const result = await trees.build(files, {
      spec: { kind: "helm", helm: { releaseName: "web", namespace: "shop" } },
    });
    expect(result).toMatchObject({ outcome: "refused", message: expect.stringContaining("templates/web.yaml") });
    const { problem } = result as { readonly problem: string };
    expect(problem).not.toMatch(/swordfish|0891|web-db|"db"/);
  });

  it("leaves the names of what failed", async () => {
    const files = chart("{{ .Values.pin.a.b }}", "pin: templates\nname: web\n");
    const result = await trees.build(files, {
      spec: { kind: "helm", helm: { releaseName: "web", namespace: "shop" } },
    });
    expect(result).toMatchObject({ message: expect.stringContaining("web/templates/db.yaml:1") });
  });
});

describe("what a tool says of its input", () => {
  it.each(kustomizations)("is told without values: kustomize and %s", (_, files, says) =>
    checkRefused(files, says, {}),
  );
  it.each(charts)("is told without values: helm and %s", (_, files, says) =>
    checkRefused(files, says, { spec: { kind: "helm", helm: { releaseName: "web", namespace: "shop" } } }),
  );
});
