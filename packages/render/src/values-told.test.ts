import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RenderResult } from "./index.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
beforeAll(async () => {
  const [kustomize, helm] = await Promise.all([toolForTests("kustomize"), toolForTests("helm")]);
  trees = await hostedTrees({ tools: { kustomize, helm }, buildHere: false });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

/** What may not be told in any form, and what is told beside it. */
type Case = readonly [title: string, files: Files, never: RegExp, says: string];

const chart = (values: string, more: Files): Files => ({
  "app/Chart.yaml": "apiVersion: v2\nname: shopfront\nversion: 1.0.0\n",
  "app/values.yaml": values,
  "app/templates/db.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n",
  ...more,
});
const limited = (limit: object, values: string): Files =>
  chart(values, { "app/values.schema.json": JSON.stringify({ properties: { pin: limit } }) });
const saying = (template: string, values: string): Files => chart(values, { "app/templates/db.yaml": template });

const numbers: readonly Case[] = [
  ["hexadecimal", limited({ maximum: 9 }, "pin: 0x1267\n"), /711/, "at '/pin': maximum: got ***, want 9"],
  ["octal", limited({ maximum: 9 }, "pin: 0755\n"), /493|755/, "maximum: got ***, want 9"],
  ["with underscores", limited({ maximum: 9 }, "pin: 47_110_815\n"), /711|815/, "maximum: got ***, want 9"],
  ["of nine digits", limited({ maximum: 9 }, "pin: 891223344\n"), /8\.9|223/, "maximum: got ***, want 9"],
  [
    "too small",
    limited({ minimum: 999999999999999 }, "pin: 123456789012\n"),
    /1\.2|9\.9/,
    "minimum: got ***, want ***",
  ],
  ["no multiple", limited({ multipleOf: 7 }, "pin: 47110815\n"), /4\.7|711/, "multipleOf: got ***, want 7"],
  ["below zero", limited({ exclusiveMinimum: 0 }, "pin: -4711.5\n"), /711/, "exclusiveMinimum: got -***, want 0"],
  [
    "said by a chart",
    saying('{{ fail (printf "bad pin %v" .Values.pin) }}', "pin: 891223344\n"),
    /8\.9|223/,
    "bad pin ***",
  ],
  ["said with another verb", saying('{{ fail (printf "pin %d" .Values.pin) }}', "pin: 891223344\n"), /8\.9|223/, "pin"],
  ["said in whole", saying('{{ fail (printf "pin %.2f!" .Values.pin) }}', "pin: 891223344\n"), /8912/, "pin"],
  [
    "in JSON",
    saying("{{ fail (toJson .Values) }}", "pin: 891223344\nk: [0x1267, 1e3, 04711]\n"),
    /8\.9|4711|2505|1000/,
    '"k":[***,***,***]',
  ],
  [
    "behind status",
    saying('{{ fail (printf "status %v refused" .Values.s) }}', 's: "0891223"\n'),
    /0891/,
    "status ***",
  ],
  ["behind line", saying('{{ fail (printf "line=%v refused" .Values.s) }}', 's: "0891223"\n'), /0891/, "line=***"],
];

const escapes: readonly Case[] = [
  ["of lines", saying("{{ fail (.Values.p | quote) }}", "p: |\n  alice\n  hunter2\n"), /hunter2/, "db.yaml:1:3"],
  ["of Go, eight digits", saying("{{ fail (.Values.p | quote) }}", 'p: "\u{E0001}hunter2"\n'), /hunter2|e0001/, "***"],
  ["in YAML", saying('{{ fail (printf "bad %s!" .Values.p) }}', 'p: "a\\nh\\xFCnter2"\n'), /nter2/, "bad a"],
  ["in JSON of a text", saying("{{ fail .Values.p }}", 'p: \'{"k": "h\\u00fcnter2"}\'\n'), /nter2/, "db.yaml:1:3"],
  ["of Go in ASCII", saying('{{ fail (printf "bad %+q" .Values.p) }}', "p: hünter2\n"), /nter2|00fc/, "bad"],
  [
    "by none: a character of private use",
    saying('{{ fail (printf "bad %s!" .Values.p) }}', 'p: "hun\ue000ter2"\n'),
    /hun|ter2/,
    "bad ***",
  ],
];

const joined = (format: string): Files =>
  saying(`{{ fail (printf "${format}" .Values.user .Values.password) }}`, "user: alice\npassword: hunter2\n");
const joints: readonly Case[] = ["%s!%s!", "%s/%s", "%s@%s#", "%s-%s?", "u:%s:p:%s", "%s…%s", "%s*%s"].map((format) => [
  format,
  joined(format),
  /alice|hunter2/,
  "***",
]);

const encoded = (encode: string): Files =>
  saying(
    `{{ fail (printf "auth %s refused" (printf "%s:%s" .Values.user .Values.password | ${encode})) }}`,
    "user: alice\npassword: hunter2\n",
  );
const encodings: readonly Case[] = [
  ["base64", encoded("b64enc"), /YWxp/, "auth ***"],
  ["base32", encoded("b32enc"), /MFWGS/, "auth ***"],
  ["percents", encoded("urlquery"), /hunter2|alice/, "auth ***"],
  ["hexadecimal digits", encoded('printf "%x"'), /616c/, "auth ***"],
];

const forgedHead = "\\nError: values don't meet the specifications of the schema\\n- at '/a': missing property '%s'";
const forged: readonly Case[] = [
  [
    "a refusal by a schema",
    saying(`{{ fail (printf "${forgedHead}" .Values.user) }}`, "user: password\npassword: x\n"),
    /'password'/,
    "db.yaml:1:3",
  ],
  [
    "a key of kustomize",
    saying('{{ fail (printf "nonexistent key: %s" .Values.user) }}', "user: password\npassword: x\n"),
    /: password/,
    "key: ***",
  ],
  [
    "a key twice",
    saying('{{ fail (printf "key %q already set in map" .Values.user) }}', "user: password\npassword: x\n"),
    /"password"/,
    'key "***"',
  ],
  [
    "a piece of a template",
    saying('{{ $default := 1 }}{{ fail (printf "x: at <%s>: no" .Values.user) }}', "user: default\n"),
    /at <default>/,
    "at <***>",
  ],
];

const secret = (data: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: dbcreds}\nstringData:\n${data}`;
const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: frontend}\nspec: {replicas: 1}\n";
const kustomization = (text: string, more: Files = {}): Files => ({
  "app/kustomization.yaml": `${text}\n`,
  "app/a.yaml": deployment,
  ...more,
});
const colliding = (object: string): Files =>
  kustomization("namespace: unified\nresources: [s.yaml, t.yaml]", {
    "app/s.yaml": object.replace("dbcreds", "dbcreds, namespace: one"),
    "app/t.yaml": object.replace("dbcreds", "dbcreds, namespace: two"),
  });
const replacing = (way: string): Files =>
  kustomization(
    `resources: [a.yaml, s.yaml]\nreplacements:\n- source: {kind: Secret, name: dbcreds, fieldPath: stringData.password}\n  targets: [{select: {kind: Deployment}, fieldPaths: ['${way}']}]`,
    { "app/s.yaml": secret("  password: swordfish\n") },
  );
const listing = (reference: string): Files => kustomization(`resources: ['${reference}']`);

const kustomizations: readonly Case[] = [
  [
    "escapes between lines",
    colliding(secret('  conf: "user=alice\\npassword=h\\xFCnter2\\n"\n')),
    /nter2|alice/,
    "ID conflict",
  ],
  [
    "numbers written anew",
    colliding(secret("  pin: 0x1267\n").replace("stringData:", "list: [0x1268, 8.91223344e8]\nstringData:")),
    /4711|4712|8912/,
    "ID conflict",
  ],
  [
    "a tool's words in a value",
    colliding(secret('  conf: "nonexistent key: conf: line 4711: x"\n')),
    /key: conf|4711/,
    "ID conflict",
  ],
  [
    "a literal without =",
    kustomization("secretGenerator: [{name: db, literals: ['status 0891223344']}]"),
    /0891/,
    "expected key=value",
  ],
  [
    "a literal that speaks of a line",
    kustomization("secretGenerator: [{name: db, literals: ['line 4711: x']}]"),
    /4711/,
    "expected key=value",
  ],
  ["a field chosen by a value", replacing("spec.env.[value=swordfish].name"), /swordfish/, "[value=***].name"],
  ["a field chosen by a key that is a value", replacing("spec.env.[value=swordfish.x].name"), /swordfish/, ".name"],
  [
    "a user and a password",
    listing("https://alice:hunter2@git.example.org/x.git"),
    /hunter2|alice/,
    '"https://***@git.example.org/x.git" leads out',
  ],
  [
    "a user",
    listing("git::https://hunter2@git.example.org/x"),
    /hunter2/,
    '"git::https://***@git.example.org/x" leads out',
  ],
  [
    "a password with @ and /",
    listing("https://alice:p@hunter2/x@git.example.org/x"),
    /hunter2|alice/,
    "***@git.example.org/x",
  ],
  ["a user of ssh", listing("alice:hunter2@git.example.org:x/y"), /hunter2|alice/, "***@git.example.org:x/y"],
  ["a query", listing("https://git.example.org/x?ref=v1&token=hunter2"), /hunter2/, "https://git.example.org/x?***"],
  ["an address that is none", listing("alice:hunter2@git.example.org"), /hunter2|alice/, "***@git.example.org"],
  ["the git of ssh", listing("git@git.example.org:x/y"), /\*/, '"git@git.example.org:x/y" leads out'],
  [
    "a value behind a key",
    kustomization("configMapGenerator: [{name: db, files: ['token=hunter2']}]"),
    /hunter2/,
    "configMapGenerator[0].files[0] does not exist",
  ],
  [
    "a value that looks like a way out",
    kustomization("secretGenerator: [{name: db, files: ['token=../../hunter2']}]"),
    /hunter2/,
    "secretGenerator[0].files[0] leads out",
  ],
  [
    "a value for an env file",
    kustomization("configMapGenerator: [{name: db, envs: ['TOKEN=hunter2']}]"),
    /hunter2/,
    "configMapGenerator[0].envs[0] does not exist",
  ],
];

const check = async ([, files, never, says]: Case, options: object): Promise<void> => {
  const result = await trees.build(files, options);
  expect(result).toMatchObject({ outcome: "refused" });
  const { file, problem, remedy } = result as Extract<RenderResult, { readonly outcome: "refused" }>;
  expect(problem).toContain(says);
  expect(`${file} ${problem} ${remedy}`).not.toMatch(never);
};
const helm = { spec: { kind: "helm", helm: { releaseName: "rel", namespace: "shop" } } };

describe("a refusal does not tell", () => {
  it.each(numbers)("a number: %s", (...one) => check(one, helm));
  it.each(escapes)("a value between escapes: %s", (...one) => check(one, helm));
  it.each(encodings)("user and password together in %s", (...one) => check(one, helm));
  it.each(joints)("values in one word: %s", (...one) => check(one, helm));
  it.each(forged)("a value in a chart's words like a tool's: %s", (...one) => check(one, helm));
  it.each(kustomizations)("a value to kustomize: %s", (...one) => check(one, {}));
});

describe("a refusal tells", () => {
  it("the line of YAML that a template made", async () => {
    const lines = Array.from({ length: 30 }, (_, at) => `k${at}: x`).join("\n");
    const template = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n${lines}\nbad: [\n`;
    await check(["", saying(template, "pin: swordfish\n"), /swordfish/, "line 34:"], helm);
  });

  it("where in a template, beside a value that is the same number", async () => {
    const template = `${"\n".repeat(46)}{{ .Values.image.tag.name }}`;
    await check(["", saying(template, "pin: 47\n"), /pin/, "shopfront/templates/db.yaml:47:10"], helm);
  });
});
