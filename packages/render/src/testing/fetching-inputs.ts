import type { Files } from "./hosted-trees.ts";

/** Files under `app` that make the program ask `url`, each in another way; run as they are they really do. */
export interface FetchingInput {
  readonly name: string;
  readonly files: (url: string) => Files;
  /** Asks through git, which is a program of its own. */
  readonly byGit?: true;
}

const kustomization = (text: string, more: Files = {}): Files => ({ "app/kustomization.yaml": text, ...more });
const plugin = (kind: string, rest: string, field = "transformers"): Files =>
  kustomization(`${field}: [p.yaml]\nresources: [o.yaml]\n`, {
    "app/p.yaml": `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: x}\n${rest}\n`,
    "app/o.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: o}\n",
  });
const generator = (rest: string): string =>
  `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\n${rest}\n`;

export const FETCHING_KUSTOMIZATIONS: readonly FetchingInput[] = [
  { name: "a resource", files: (url) => kustomization(`resources: ["${url}/a.yaml"]\n`) },
  {
    name: "a resource in capitals",
    files: (url) => kustomization(`resources: ["${url.replace("http", "HTTP")}/a"]\n`),
  },
  { name: "a git remote", byGit: true, files: (url) => kustomization(`resources: ["${url}/org/repo.git"]\n`) },
  { name: "a forced git remote", byGit: true, files: (url) => kustomization(`resources: ["git::${url}/org/repo"]\n`) },
  { name: "a component", byGit: true, files: (url) => kustomization(`components: ["${url}/org/repo//c?ref=v1"]\n`) },
  { name: "a patch", files: (url) => kustomization(`patches: [{path: "${url}/p"}]\n`) },
  { name: "a patch by another case", files: (url) => kustomization(`patches: [{Path: "${url}/p"}]\n`) },
  { name: "a patch of the old form", files: (url) => kustomization(`patchesStrategicMerge: ["${url}/p"]\n`) },
  {
    name: "a JSON patch",
    files: (url) => kustomization(`patchesJson6902: [{path: "${url}/p", target: {kind: X, name: z}}]\n`),
  },
  { name: "a replacement", files: (url) => kustomization(`replacements: [{path: "${url}/r"}]\n`) },
  { name: "a replacement by another case", files: (url) => kustomization(`replacements: [{PATH: "${url}/r"}]\n`) },
  { name: "a configuration", files: (url) => kustomization(`configurations: ["${url}/c"]\n`) },
  { name: "a definition", files: (url) => kustomization(`crds: ["${url}/c"]\n`) },
  { name: "a schema", files: (url) => kustomization(`openapi: {path: "${url}/o"}\n`) },
  {
    name: "a generator's file",
    files: (url) => kustomization(`configMapGenerator: [{name: a, files: ["k=${url}/f"]}]\n`),
  },
  {
    name: "a generator's file with a long s in its field",
    files: (url) => kustomization(`configMapGenerator: [{name: a, file\u017f: ["k=${url}/f"]}]\n`),
  },
  {
    name: "a generator's variables",
    files: (url) => kustomization(`secretGenerator: [{name: a, envs: ["${url}/e"]}]\n`),
  },
  { name: "a plugin's patch", files: (url) => plugin("PatchTransformer", `path: "${url}/p"`) },
  { name: "a plugin's patch by another case", files: (url) => plugin("PatchTransformer", `pATH: "${url}/p"`) },
  { name: "a plugin's patches", files: (url) => plugin("PatchStrategicMergeTransformer", `paths: ["${url}/p"]`) },
  {
    name: "a plugin's JSON patch",
    files: (url) => plugin("PatchJson6902Transformer", `target: {kind: X, name: z}\npath: "${url}/p"`),
  },
  {
    name: "a path nested in a plugin's file",
    files: (url) => plugin("ReplacementTransformer", `replacements: [{path: "${url}/r"}]`),
  },
  {
    name: "a plugin that generates",
    files: (url) => kustomization("generators: [g.yaml]\n", { "app/g.yaml": generator(`files: ["k=${url}/f"]`) }),
  },
  {
    name: "a plugin in the text",
    files: (url) => kustomization(`generators:\n- |\n${generator(`envs: ["${url}/e"]`).replace(/^/gm, "  ")}\n`),
  },
  {
    name: "a plugin in one line of the text",
    files: (url) =>
      kustomization(
        `generators: ['{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: x}, files: ["k=${url}/f"]}']\n`,
      ),
  },
  {
    name: "a plugin that a patch of a nested kustomization points out",
    files: (url) =>
      kustomization("generators: [g]\n", {
        "app/g/kustomization.yaml": `resources: [g.yaml]\npatches: [{target: {kind: ConfigMapGenerator}, patch: '[{"op": "add", "path": "/files", "value": ["k=${url}/f"]}]'}]\n`,
        "app/g/g.yaml": generator("literals: [a=b]"),
      }),
  },
  {
    name: "a plugin that a transformer of a nested kustomization points out",
    files: (url) =>
      kustomization("generators: [g]\n", {
        "app/g/kustomization.yaml": `resources: [g.yaml]\ntransformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: x}\n  target: {kind: ConfigMapGenerator}\n  patch: '[{"op": "add", "path": "/files", "value": ["k=${url}/f"]}]'\n`,
        "app/g/g.yaml": generator("literals: [a=b]"),
      }),
  },
  {
    name: "a plugin whose prefix makes the address",
    files: (url) =>
      kustomization("generators: [g]\n", {
        "app/g/kustomization.yaml": `resources: [g.yaml]\nreplacements:\n- source: {kind: ConfigMapGenerator, fieldPath: literals.0}\n  targets: [{select: {kind: ConfigMapGenerator}, fieldPaths: [files.0]}]\n`,
        "app/g/g.yaml": generator(`literals: ["k=${url}/f"]\nfiles: [a]`),
      }),
  },
];

const chart = (more: Files): Files => ({
  "app/Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n",
  "app/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
  ...more,
});

export const FETCHING_CHARTS: readonly FetchingInput[] = [
  { name: "a schema by address", files: (url) => chart({ "app/values.schema.json": `{"$ref": "${url}/s"}` }) },
  {
    name: "a schema by an address of its own",
    files: (url) => chart({ "app/values.schema.json": `{"$id": "${url}/root/", "properties": {"a": {"$ref": "s"}}}` }),
  },
  {
    name: "a schema of a language by address",
    files: (url) => chart({ "app/values.schema.json": `{"$schema": "${url}/draft", "type": "object"}` }),
  },
];
