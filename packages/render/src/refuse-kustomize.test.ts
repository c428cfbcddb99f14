import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openRenderHost } from "./index.ts";
import type { Tool } from "./index.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
let kustomize: Tool;
beforeAll(async () => {
  kustomize = await toolForTests("kustomize");
  trees = await hostedTrees({ tools: { kustomize }, buildHere: false });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  k: x\n`;
const kustomization = (text: string, more: Files = {}): Files => ({ "app/kustomization.yaml": text, ...more });
const resource = (reference: string): Files => kustomization(`resources:\n- ${reference}\n`);

/** Refused before any program starts: the host of these has none. */
const beforeStart: readonly (readonly [name: string, files: Files, code: string, says: string])[] = [
  ...[
    "https://example.com/base",
    "http://example.com/a.yaml",
    "git@github.com:org/repo",
    "ssh://git@host/repo",
    "git::https://host/repo",
    "github.com/org/repo//base?ref=v1",
    "github.com/org/repo",
    "host.example/org/repo.git",
    "gh:org/repo",
    "file:///repo//d?ref=--upload-pack=/x.sh",
    "oci://registry/x",
    "GIT@host:repo/x",
  ].map(
    (reference) =>
      [`the remote base ${reference}`, resource(reference), "RemoteBase", "app/kustomization.yaml:2:3"] as const,
  ),
  ["a remote patch", kustomization("patches: [{path: https://h/p.yaml}]\n"), "RemoteBase", "1:18"],
  [
    "a remote generator file",
    kustomization("configMapGenerator: [{name: a, files: ['k=https://h/x']}]\n"),
    "RemoteBase",
    "https://h/x",
  ],
  [
    "a remote path in a plugin",
    kustomization("transformers: [t.yaml]\n", {
      "app/t.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npath: https://h/x\n",
    }),
    "RemoteBase",
    "app/t.yaml:4:7",
  ],
  [
    "a remote base below a base",
    { ...resource("../base"), "base/kustomization.yaml": "resources: ['https://h/x']\n" },
    "RemoteBase",
    "base/kustomization.yaml:1:13",
  ],
  ["helmCharts", kustomization("helmCharts: [{name: x}]\n"), "FeatureDisabled", "helmCharts is not allowed"],
  ["helmChartInflationGenerator", kustomization("helmChartInflationGenerator: []\n"), "FeatureDisabled", "not allowed"],
  [
    "an exec plugin",
    kustomization("generators: [g.yaml]\n", { "app/g.yaml": "apiVersion: x/v1\nkind: Mine\nmetadata: {name: x}\n" }),
    "FeatureDisabled",
    "the plugin Mine",
  ],
  ...["--- {apiVersion: builtin, kind: ConfigMapGenerator}", "!!map {a: b}", "&a {a: b}", "- a", "a: b"].map(
    (path): readonly [string, Files, string, string] => [
      `the path ${path}, which is a configuration to kustomize`,
      kustomization(`generators: [${JSON.stringify(path)}]\n`, { [`app/${path}`]: "" }),
      "FeatureDisabled",
      "may read it as a configuration",
    ],
  ),
  [
    "an inline exec plugin",
    kustomization("transformers:\n- |-\n  apiVersion: x/v1\n  kind: Mine\n  metadata: {name: x}\n"),
    "FeatureDisabled",
    "the plugin Mine",
  ],
  [
    "a function in a container",
    kustomization("transformers: [g.yaml]\n", {
      "app/g.yaml":
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      container: {image: x}\n",
    }),
    "FeatureDisabled",
    "a function",
  ],
  [
    "the helm plugin of kustomize",
    kustomization("generators: [g.yaml]\n", {
      "app/g.yaml": "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\n",
    }),
    "FeatureDisabled",
    "HelmChart",
  ],
  ["a schema by URL", kustomization("openapi: {path: 'https://h/x'}\n"), "FeatureDisabled", "openapi.path"],
  ["an absolute path", resource("/etc/passwd"), "LoadRestricted", "absolute"],
  [
    "a file of another directory",
    { ...resource("../b/x.yaml"), "b/x.yaml": configMap("x") },
    "LoadRestricted",
    '"b/x.yaml" is outside of app',
  ],
  ["a path out of the repository", resource("../../x"), "PathOutsideRepo", "leads out"],
  [
    "a file that is not there",
    resource("x.yaml"),
    "RenderFailed",
    'app/kustomization.yaml:2:3: "x.yaml" does not exist (app/x.yaml)',
  ],
  [
    "a cycle",
    { ...resource("../b"), "b/kustomization.yaml": "resources: [../app]\n" },
    "RenderFailed",
    "a cycle of kustomizations: app -> b -> app",
  ],
  ["itself", resource("../app"), "RenderFailed", "app -> app"],
  [
    "two kustomization files",
    kustomization("", { "app/kustomization.yml": "" }),
    "RenderFailed",
    "kustomization.yaml and kustomization.yml",
  ],
  ["an unknown field", kustomization("resource: []\n"), "RenderFailed", "the field resource is unknown"],
  [
    "a symlinked base out of the application",
    { ...resource("link"), "app/link": { link: "../base" }, "base/kustomization.yaml": "" },
    "TreeEntryForbidden",
    "../base",
  ],
  [
    "a symlink to a system file",
    { ...kustomization("configMapGenerator: [{name: a, files: [x]}]\n"), "app/x": { link: "/etc/hostname" } },
    "TreeEntryForbidden",
    "/etc/hostname",
  ],
  [
    "a submodule as base",
    { ...resource("sub"), "app/sub": { submodule: "1".repeat(40) } },
    "TreeEntryForbidden",
    "submodule",
  ],
  ["a kustomization that is no YAML", kustomization("a: [\n"), "YamlRefused", "app/kustomization.yaml:2:1"],
];

const LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";

/** Found when the files are read; still before any program starts. */
const beforeRun: readonly (readonly [name: string, files: Files, code: string, says: string])[] = [
  [
    "a cycle of aliases, of which kustomize dies",
    { ...resource("a.yaml"), "app/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: &a {x: *a}\n" },
    "YamlRefused",
    "app/a.yaml:4:14",
  ],
  ["a duplicate key", { ...resource("a.yaml"), "app/a.yaml": "a: 1\na: 2\n" }, "DuplicateKey", "app/a.yaml:2:1"],
  [
    "an LFS pointer",
    { ...resource("a.yaml"), "app/a.yaml": "version https://git-lfs.github.com/spec/v1\n" },
    "LfsPointer",
    "app/a.yaml",
  ],
  [
    "an LFS pointer as a generator's file",
    { ...kustomization("configMapGenerator: [{name: a, files: [x]}]\n"), "app/x": LFS },
    "LfsPointer",
    "app/x",
  ],
  [
    "an LFS pointer of the first kind, behind a byte order mark, as a generator's variables",
    {
      ...kustomization("configMapGenerator: [{name: a, envs: [x]}]\n"),
      "app/x": `\ufeff${LFS.replace("git-lfs", "hawser").replace("/v1", "/v0.0.1")}`,
    },
    "LfsPointer",
    "app/x",
  ],
  [
    "an LFS pointer as the file of a plugin",
    kustomization("generators: [g.yaml]\n", {
      "app/g.yaml": "apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: x}\nfiles: [x]\n",
      "app/x": LFS,
    }),
    "LfsPointer",
    "app/x",
  ],
  [
    "a generator over 50 MB",
    { ...kustomization("configMapGenerator: [{name: a, files: [x]}]\n"), "app/x": "x".repeat(50_000_000) },
    "LimitExceeded",
    "app/x",
  ],
  [
    "encrypted input of a generator",
    { ...kustomization("secretGenerator: [{name: a, envs: [x]}]\n"), "app/x": "P=ENC[AES256_GCM,data:x]\n" },
    "RenderFailed",
    "encrypted",
  ],
];

describe("objects that kustomize takes for lists", () => {
  it.each([
    ["of a kind that ends so, with a name", "apiVersion: x.dev/v1\nkind: AllowList\nmetadata: {name: x}\nitems: []\n"],
    ["of another group", "apiVersion: x.dev/v1\nkind: List\nmetadata: {name: x}\nitems: []\n"],
    ["without a name", "apiVersion: x.dev/v1\nkind: AllowList\nitems: []\n"],
  ])("are refused, here and by the program, since it would leave them out: %s", async (_title, text) => {
    const files = { "app/kustomization.yaml": "resources: [a.yaml, b.yaml]\n", "app/a.yaml": text };
    const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
    await using here = await hostedTrees({ tools: trees.host.tools });
    for (const some of [trees, here]) {
      expect(await some.build({ ...files, "app/b.yaml": other })).toMatchObject({
        code: "ObjectInvalid",
        file: "app/a.yaml",
        remedy: "give this object to an application of plain manifests",
      });
    }
    const plain = await trees.build({ "app/a.yaml": text });
    expect(plain).toMatchObject(
      text.includes("name: x") ? { outcome: "rendered", objects: { length: 1 } } : { code: "ObjectInvalid" },
    );
  });
});

describe("refusing a kustomization before kustomize starts", () => {
  it.each([...beforeStart, ...beforeRun])("refuses %s", async (_name, files, code, says) => {
    // A program that would show that it ran, by another code.
    await using none = await openRenderHost({ tools: { kustomize: { ...kustomize, path: "/bin/false" } } });
    const result = await trees.build(files, { host: none });
    expect(result).toMatchObject({
      outcome: "refused",
      code,
      transient: false,
      message: expect.stringContaining(says),
    });
  });
});

const whileRunning: readonly (readonly [name: string, files: Files, code: string, says: string])[] = [
  [
    "a patch without a target",
    kustomization("resources: [a.yaml]\npatches: [{path: p.yaml}]\n", {
      "app/a.yaml": configMap("a"),
      "app/p.yaml": configMap("b"),
    }),
    "RenderFailed",
    "no matches for Id ConfigMap",
  ],
  [
    "a JSON patch with a bad path",
    kustomization(
      "resources: [a.yaml]\npatches: [{target: {kind: ConfigMap}, patch: '[{op: replace, path: /x/y, value: 1}]'}]\n",
      { "app/a.yaml": configMap("a") },
    ),
    "RenderFailed",
    "/x/y",
  ],
  [
    "one ref twice",
    kustomization("resources: [a.yaml, b.yaml]\n", { "app/a.yaml": configMap("a"), "app/b.yaml": configMap("a") }),
    "DuplicateObject",
    "already registered",
  ],
  [
    "our label",
    kustomization("resources: [a.yaml]\nlabels: [{pairs: {evenkeel.dev/app: x}}]\n", { "app/a.yaml": configMap("a") }),
    "ReservedMetadata",
    "app (built):",
  ],
];

describe("refusing what kustomize refuses", () => {
  it.each(whileRunning)("refuses %s", async (_name, files, code, says) => {
    const result = await trees.build(files);
    expect(result).toMatchObject({ outcome: "refused", code, message: expect.stringContaining(says) });
    expect((result as { message: string }).message).not.toMatch(/\/dev\/shm|\/tmp/);
  });
});
