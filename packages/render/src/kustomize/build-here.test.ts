import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { parseManifests, toCanonical } from "@evenkeel/resource";
import type { ManifestObject } from "@evenkeel/resource";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { renderLimits } from "../limits.ts";
import { parserPool } from "../parse/parser-pool.ts";
import { toolForTests } from "../testing/programs.ts";
import { randomScalars, STYLES } from "../testing/random-scalars.ts";
import { buildHere } from "./build-here.ts";

let folder: string;
let kustomize: string;
beforeAll(async () => {
  kustomize = (await toolForTests("kustomize")).path;
  folder = mkdtempSync(join(tmpdir(), "evenkeel-build-"));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const canonical = (objects: readonly ManifestObject[] | undefined): readonly string[] | undefined =>
  objects?.map(({ object }) => toCanonical(object).json).sort();

type Files = { readonly [path: string]: string };

const parser = parserPool({ threads: 1, smallBytes: 64 * 1024, deadlineMs: 60_000 });
afterAll(() => parser[Symbol.asyncDispose]());

const here = async (files: Files): Promise<readonly string[] | undefined> => {
  const contents = new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)]));
  const signal = AbortSignal.timeout(60_000);
  return canonical((await buildHere("app", contents, { limits: renderLimits, parser, signal }))?.objects);
};

/** What the program makes of the same files; undefined where it fails. */
const byProgram = (files: Files): readonly string[] | undefined => {
  const root = mkdtempSync(join(folder, "run-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { status, stdout } = spawnSync(kustomize, ["build", join(root, "app")]);
  return status === 0 ? canonical(parseManifests(stdout, { file: "out", dialect: "api" }).objects) : undefined;
};

const listing = "resources: [a.yaml]\n";
const annotating = `${listing}commonAnnotations: {note: "1", other: "x: y"}\n`;
const config = (rest: string, metadata = ""): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n${metadata}${rest}`;
const workload = (apiVersion: string, kind: string, spec: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, annotations: {own: x}}\nspec: ${spec}\n`;
const template = "{template: {metadata: {labels: {a: b}}, spec: {x: 1}}}";

const built: readonly (readonly [name: string, resource: string])[] = [
  ["a simple object", config("data: {a: b}\n")],
  [
    "several documents",
    `# first\n---\n${config("data: {a: b}\n")}---\n---\n${config("x: 1\n").replace("name: a", "name: b")}`,
  ],
  [
    "a List",
    "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n",
  ],
  ["nulls and empty values", config("data: null\nx: {a: null, b: {}, c: [], d: ''}\nz: [null, ~]\n")],
  [
    "block scalars",
    config("data:\n  a: |\n    x\n     y\n\n  c: |+\n    k\n\n  d: |2\n\n      x\n  e: |\n    x\n    \ty\n"),
  ],
  [
    "strings that look like something else",
    config(
      "data: {a: 'x: y', b: '- z', c: '#c', d: '! x', e: '%x', f: '0644', g: 'yes', h: '*x', i: '', j: ' ', k: \"\\n\", l: \"a\\tb\", m: '2026-01-01', nn: '~', o: '1e3', p: '<<', q: '='}\n",
    ),
  ],
  [
    "numbers",
    config(
      "x: [1.0, 1e20, 1e21, 0.1, 123456789012345678, 1e-7, -0, 0x1F, 0644, +12, 1_000, .5, 9223372036854775807]\n",
    ),
  ],
  ["characters", config("data: {a: 'é😀', b: \"\\x41\\u00e9\\e\", c: '\u00a0'}\n")],
  ["a long line", config(`data: {a: '${"word ".repeat(100)}'}\n`)],
  ["CRLF", config("data:\n  a: |\n    x\n    y\n").replaceAll("\n", "\r\n")],
  ["quoted and odd keys", config("\"x\": 'y'\n'1': 2\n'yes': 3\n\"\": 4\n")],
  ["variables of others", config("data: {a: $(FOO), b: '${BAR}', c: $$x}\n")],
  ["status and server fields", config("status: {a: 1}\n", "  creationTimestamp: null\n")],
  ["a namespace", config("data: {a: b}\n", "  namespace: shop\n")],
  ["labels and annotations", config("data: {a: b}\n", "  labels: {a: b}\n  annotations: {x: '1', note: old}\n")],
  ["a cluster-scoped object", "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n"],
  [
    "a role with a colon",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: 'system:x'}\nrules: []\n",
  ],
  ["patch directives as data", config("data: {$patch: replace, a: b}\n")],
  ...["apps/v1", "x.dev/v1"].flatMap((group) =>
    ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].map(
      (kind) => [`${group} ${kind}`, workload(group, kind, template)] as const,
    ),
  ),
  ["a ReplicationController", workload("v1", "ReplicationController", template)],
  ["a ReplicationController of another version", workload("v2", "ReplicationController", template)],
  ["a Job", workload("batch/v1", "Job", template)],
  ["a Job of another group", workload("x.dev/v1", "Job", template)],
  ["a CronJob", workload("batch/v1", "CronJob", `{schedule: "* * * * *", jobTemplate: {spec: ${template}}}`)],
  [
    "a template with annotations",
    workload("apps/v1", "Deployment", "{template: {metadata: {annotations: {note: old, b: c}}}}"),
  ],
  ["a template without metadata", workload("apps/v1", "Deployment", "{template: {spec: {x: 1}}}")],
  ["a Pod", workload("v1", "Pod", "{containers: []}")],
];

describe("building a kustomization without the program", () => {
  it.each(
    built.flatMap(([name, resource]) => [
      { name, how: "listed", files: { "app/kustomization.yaml": listing, "app/a.yaml": resource } },
      { name, how: "annotated", files: { "app/kustomization.yaml": annotating, "app/a.yaml": resource } },
    ]),
  )("gives the same as the program: $name, $how", async ({ files }) => {
    const expected = byProgram(files);
    expect(expected).toBeDefined();
    expect(await here(files)).toEqual(expected);
  });

  it.each(STYLES)("gives the same for generated scalars, or leaves them to the program: %s", async (style) => {
    const alone = (text: string): Files => ({
      "app/kustomization.yaml": listing,
      "app/a.yaml": config(`x:\n    k: ${text}\n    l: end\n`),
    });
    const texts: string[] = [];
    for (const text of randomScalars(style, 20_261_129, 300)) {
      if ((await here(alone(text))) !== undefined) texts.push(text);
    }
    expect(texts.length > 0, "what folds lines is never read here").toBe(!style.startsWith(">"));
    const together = (some: readonly string[]): Files => ({
      "app/kustomization.yaml": listing,
      "app/a.yaml": config(`x:\n${some.map((text, at) => `    k${at}: ${text}\n`).join("")}    l: end\n`),
    });
    for (let at = 0; at < texts.length; at += 30) {
      const some = texts.slice(at, at + 30);
      if (isDeepStrictEqual(await here(together(some)), byProgram(together(some)))) continue;
      // One of them differs: which one, and how.
      for (const text of some) expect(await here(alone(text)), JSON.stringify(text)).toEqual(byProgram(alone(text)));
      expect(await here(together(some))).toEqual(byProgram(together(some)));
    }
  });

  it.each([
    ["a date", "2026-01-01"],
    ["a time", "2026-01-01 00:00:00"],
    ["a quoted word", "'yes'"],
    ["folded text", ">\n    a\n     b\n    c"],
  ])("gives the same for a common annotation that is %s, or leaves it to the program", async (_name, value) => {
    const files = {
      "app/kustomization.yaml": `${listing}commonAnnotations:\n  note: ${value}\n`,
      "app/a.yaml": config("data: {a: b}\n"),
    };
    const expected = byProgram(files);
    expect(expected).toBeDefined();
    expect([expected, undefined]).toContainEqual(await here(files));
  });

  it("gives the same for bases, inner annotations first", async () => {
    const files = {
      "app/kustomization.yaml":
        "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: [../base, a.yaml]\ncommonAnnotations: {a: outer}\n",
      "app/a.yaml": config("data: {x: z}\n"),
      "base/kustomization.yaml": "resources: [b.yaml]\ncommonAnnotations: {a: inner, b: inner}\n",
      "base/b.yaml": workload("apps/v1", "Deployment", template),
    };
    expect(await here(files)).toEqual(byProgram(files));
    expect(await here(files)).toHaveLength(2);
  });

  it.each([
    ["another field", `${listing}namespace: x\n`, config("")],
    ["an annotation for kustomize", `${listing}commonAnnotations: {config.kubernetes.io/x: y}\n`, config("")],
    ["a local object", listing, config("", "  annotations: {config.kubernetes.io/local-config: 'true'}\n")],
    [
      "an object that is told something",
      listing,
      config("", "  annotations: {kustomize.config.k8s.io/needs-hash: 'true'}\n"),
    ],
    ["empty annotations", listing, config("", "  annotations: {}\n")],
    ["an annotation that the program cannot write", annotating, config("", '  annotations: {a: "\\t\\nx"}\n')],
    ["annotations that are no text", listing, config("", "  annotations: {a: 5}\n")],
    ["no template to annotate", annotating, workload("apps/v1", "Deployment", "{}")],
    ["the namespace default", listing, config("", "  namespace: default\n")],
    ["an anchor", listing, config("x: &a {b: 1}\ny: *a\n")],
    ["a tag", listing, config("x: !!str 5\n")],
    ["a scalar that readers take differently", listing, config("x: yes\n")],
    ["folded text with a line that is indented more", listing, config("data:\n  a: >\n    x\n      y\n    z\n")],
    ["folded text", listing, config("data:\n  a: >-\n    x\n    y\n")],
    ["a folded plain scalar", listing, config("data:\n  a: one\n    two\n\n    three\n")],
    ["a plain scalar of two lines", listing, config("data:\n  a: x\n    y\n")],
    ["a quoted scalar of two lines", listing, config("data:\n  a: 'x\n    y'\n")],
    ["a block whose line begins with a tab", listing, config("data:\n  a: |\n    \tx\n    y\n")],
    ["an escaped tab", listing, config('data: {a: "\\tx\\ny"}\n')],
    ["a key between brackets without a value", listing, config("x: {a}\n")],
    ["folded text in the kustomization", `${listing}commonAnnotations:\n  a: >\n    x\n      y\n    z\n`, config("")],
    ["a date", listing, config("x: [2026-01-01 00:00:00]\n")],
    ["a line separator", listing, config('x: "\\u2028"\n')],
    ["an object without a name", listing, "apiVersion: v1\nkind: X\nmetadata: {}\n"],
    ["a duplicate key", listing, config("x: 1\nx: 2\n")],
    [
      "a kustomization as resource",
      listing,
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: a}\n",
    ],
    ["nothing", "resources: []\n", ""],
    ["another version of the format", `apiVersion: kustomize.config.k8s.io/v1\n${listing}`, config("")],
    ["a component", `kind: Component\n${listing}`, config("")],
  ])("leaves %s to the program", async (_name, kustomization, resource) => {
    expect(await here({ "app/kustomization.yaml": kustomization, "app/a.yaml": resource })).toBeUndefined();
  });
});
