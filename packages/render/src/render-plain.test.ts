import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ObjectTooLarge } from "./index.ts";
import type { ObjectSource, RenderRequest, RenderResult } from "./index.ts";
import { bothHosts } from "./testing/both-hosts.ts";
import type { BothHosts } from "./testing/both-hosts.ts";
import { gitTrees } from "./testing/git-tree.ts";
import type { Content, GitTrees } from "./testing/git-tree.ts";

const configMap = (name: string, data = "x"): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  k: ${data}\n`;

let git: GitTrees;
let hosts: BothHosts;
beforeAll(async () => {
  git = gitTrees();
  hosts = await bothHosts();
});
afterAll(async () => {
  git[Symbol.dispose]();
  await hosts[Symbol.asyncDispose]();
});

const plain = (
  files: { readonly [path: string]: Content },
  spec: Partial<RenderRequest["spec"]> = {},
  path = "app",
): Promise<RenderResult> =>
  hosts.render(
    { tree: git.write(files), path, spec: { kind: "plain", ...spec } },
    git.source,
    new AbortController().signal,
  );

const names = (result: RenderResult): readonly string[] =>
  result.outcome === "rendered" ? result.objects.map(({ ref }) => ref.name) : [result.outcome];

describe("rendering plain manifests", () => {
  it("reads every manifest below the path, sorted by ref, each with its origin", async () => {
    const result = await plain({
      "app/b.yaml": `${configMap("b")}---\n${configMap("c")}`,
      "app/deep/a.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}',
      "app/README.md": "# no manifest",
      "other/z.yaml": "}{",
    });
    expect(result).toMatchObject({ outcome: "rendered", kind: "plain", purity: "static", cache: "miss", warnings: [] });
    expect(names(result)).toEqual(["a", "b", "c"]);
    expect(result).toMatchObject({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      objects: [
        {
          version: "v1",
          json: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}',
          origin: { file: "app/deep/a.json", line: 1 },
        },
        { origin: { file: "app/b.yaml", document: 1, line: 1 } },
        { origin: { file: "app/b.yaml", document: 2, line: 8 } },
      ],
    });
  });

  it.each([
    ["only the top", { recurse: false }, ["a"]],
    ["what is included", { include: ["deep/**"] }, ["b", "c"]],
    ["all but what is excluded", { exclude: ["**/c.yaml"] }, ["a", "b"]],
    ["included and not excluded", { include: ["**/?.yaml"], exclude: ["deep/*.yaml"] }, ["a", "c"]],
  ])("reads %s", async (_name, parameters, expected) => {
    const files = {
      "app/a.yaml": configMap("a"),
      "app/deep/b.yaml": configMap("b"),
      "app/deep/er/c.yaml": configMap("c"),
    };
    expect(names(await plain(files, { plain: parameters }))).toEqual(expected);
  });

  it("gives the reading of the dialect, with a warning, or a refusal where that is asked for", async () => {
    const files = { "app/a.yaml": configMap("a", "yes") };
    const data = (result: RenderResult): unknown =>
      result.outcome === "rendered" ? (JSON.parse(result.objects[0]!.json) as { data: unknown }).data : result;
    const kustomize = await plain(files);
    expect(data(kustomize)).toEqual({ k: "yes" });
    expect(kustomize).toMatchObject({
      warnings: [expect.stringContaining("app/a.yaml:6:6: ScalarAmbiguous: data.k: a word of YAML 1.1")],
    });
    expect(data(await plain(files, { plain: { dialect: "api" } }))).toEqual({ k: true });
    expect(await plain(files, { strictYaml: true })).toMatchObject({ code: "ScalarAmbiguous", line: 6 });
  });

  it("puts declared values into scalars, and refuses undeclared names", async () => {
    const files = { "app/a.yaml": configMap("a", "${N}-${M:=m}-$${N}-$N") };
    const substitute = { N: "3: {x: y}" };
    const result = await plain(files, { substitute });
    expect(result).toMatchObject({ objects: [{ json: expect.stringContaining('"k":"3: {x: y}-m-${N}-$N"') }] });
    expect(await plain(files, { substitute: {} })).toMatchObject({
      code: "RenderFailed",
      problem: "${N} is not declared",
      line: 6,
    });
    expect(names(await plain(files))).toEqual(["a"]);
  });

  it("gives a typed result for nothing", async () => {
    expect(await plain({ "app/a.yaml": "# all removed\n" })).toMatchObject({ outcome: "empty" });
    expect(await plain({ "app/.keep": "" })).toMatchObject({ outcome: "empty" });
  });

  it("copies a symlink whose target is inside the path", async () => {
    const result = await plain({ "app/a.yaml": { link: "data/a.txt" }, "app/data/a.txt": configMap("a") });
    expect(result).toMatchObject({ outcome: "rendered", objects: [{ origin: { file: "app/a.yaml" } }] });
  });

  it("renders from a SHA-256 repository", async () => {
    using other = gitTrees("sha256");
    const tree = other.write({ "app/a.yaml": configMap("a") });
    const spec = { kind: "plain" } as const;
    expect(names(await hosts.render({ tree, path: "app", spec }, other.source, AbortSignal.timeout(10_000)))).toEqual([
      "a",
    ]);
  });
});

const refusals: readonly (readonly [name: string, files: { [path: string]: Content }, code: string, says: string])[] = [
  ["a path that is not there", { "b/a.yaml": "" }, "PathMissing", "app: the path does not exist"],
  ["a path that is a file", { app: "a: b" }, "PathMissing", "app: the path is a file"],
  [
    "a symlink to a file of the system",
    { "app/a.yaml": { link: "/etc/passwd" } },
    "TreeEntryForbidden",
    'app/a.yaml: a symlink to "/etc/passwd"',
  ],
  [
    "a symlink out of the repository",
    { "app/a.yaml": { link: "../../../x.yaml" } },
    "TreeEntryForbidden",
    "../../../x.yaml",
  ],
  [
    "a symlink into another app",
    { "app/a.yaml": { link: "../b/a.yaml" }, "b/a.yaml": configMap("a") },
    "TreeEntryForbidden",
    "../b/a.yaml",
  ],
  ["a symlink to itself", { "app/a.yaml": { link: "a.yaml" } }, "TreeEntryForbidden", '"a.yaml"'],
  ["a submodule", { "app/sub": { submodule: "1".repeat(40) } }, "TreeEntryForbidden", "app/sub: a submodule"],
  [
    "an LFS pointer",
    { "app/a.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n" },
    "LfsPointer",
    "app/a.yaml",
  ],
  ["UTF-16", { "app/a.yaml": new Uint8Array([0xff, 0xfe, 0x61, 0]) }, "NotUtf8Text", "byte offset 0"],
  [
    "one ref in two files",
    { "app/a.yaml": configMap("a"), "app/b.yaml": configMap("a") },
    "DuplicateObject",
    "app/b.yaml:1:1: ConfigMap a is already written in app/a.yaml:1",
  ],
  [
    "one bad object among good ones",
    { "app/a.yaml": configMap("a"), "app/b.yaml": "a: b\n" },
    "ObjectInvalid",
    "app/b.yaml:1:1: apiVersion is missing",
  ],
  [
    "our own label",
    { "app/a.yaml": configMap("a\n  labels: {evenkeel.dev/app: x}") },
    "ReservedMetadata",
    "app/a.yaml:5:12",
  ],
  ["a name with a newline", { "app/a\nb.yaml": "" }, "NameForbidden", "control character"],
  ["Git's folder in disguise", { "app/GIT~1/config": "x" }, "NameForbidden", "Git's own folder"],
  ["a cycle", { "app/a.yaml": "data: &a {x: *a}\n" }, "YamlRefused", "cycle"],
  [
    "an object of 2 MB",
    { "app/a.yaml": configMap("a", "x".repeat(2_000_000)) },
    "LimitExceeded",
    "ConfigMap a has 2000",
  ],
  ["a file of 11 MB", { "app/a.yaml": configMap("a", "x".repeat(11_000_000)) }, "LimitExceeded", "the file has 11000"],
];

describe("marks of other engines in plain manifests", () => {
  const marked = (name: string, mark: string, where = "annotations"): string =>
    configMap(name).replace("\ndata:", `\n  ${where}: {${mark}}\ndata:`);

  it("are told in a warning where they are not heeded, once for each mark, and leave out hooks of other moments", async () => {
    const result = await plain({
      "app/a.yaml": marked("a", "argocd.argoproj.io/hook: PreSync"),
      "app/b.yaml": marked("b", "argocd.argoproj.io/hook: PreSync"),
      "app/c.yaml": marked("c", "argocd.argoproj.io/hook: PostDelete"),
      "app/d.yaml": marked("d", "helm.sh/hook: pre-delete"),
      "app/e.yaml": marked("e", "helm.sh/resource-policy: keep"),
    });
    expect(names(result)).toEqual(["a", "b", "e"]);
    expect(result).toMatchObject({
      warnings: [
        "app/a.yaml:1: ConfigMap a and 1 more with argocd.argoproj.io/hook: PreSync: it is applied with the rest, as an ordinary object, and nothing waits for its end",
        "app/c.yaml:1: ConfigMap c with argocd.argoproj.io/hook: PostDelete: it is left out: this moment does not exist here",
        "app/d.yaml:1: ConfigMap d with helm.sh/hook: pre-delete: it is left out: this moment does not exist here",
      ],
    });
  });

  it.each([
    ["kustomize.toolkit.fluxcd.io/reconcile: disabled", "annotations"],
    ["kustomize.toolkit.fluxcd.io/ssa: Ignore", "labels"],
    ["kustomize.toolkit.fluxcd.io/ssa: IfNotPresent", "annotations"],
  ])("refuse an object that is not to be written: %s in its %s", async (mark, where) => {
    const result = await plain({ "app/a.yaml": configMap("a"), "app/b.yaml": marked("b", mark, where) });
    expect(result).toMatchObject({ outcome: "refused", code: "FeatureDisabled", file: "app/b.yaml:1" });
    expect(result).toMatchObject({ message: expect.stringContaining(`ConfigMap b bears ${mark}`) });
    // The remedy: without the object, or without the mark.
    expect(names(await plain({ "app/a.yaml": configMap("a") }))).toEqual(["a"]);
    expect(names(await plain({ "app/a.yaml": configMap("a"), "app/b.yaml": configMap("b") }))).toEqual(["a", "b"]);
  });
});

describe("refusing plain manifests", () => {
  it.each(refusals)("refuses %s", async (_name, files, code, says) => {
    const result = await plain(files);
    expect(result).toMatchObject({
      outcome: "refused",
      code,
      transient: false,
      message: expect.stringContaining(says),
    });
  });

  it("refuses an object that is not what its id names, without keeping that", async () => {
    const tree = git.write({ "app/a.yaml": configMap("corrupt") });
    const request: RenderRequest = { tree, path: "app", spec: { kind: "plain" } };
    const lying = { ...git.source, readBlob: async () => new TextEncoder().encode(configMap("evil")) };
    const signal = AbortSignal.timeout(10_000);
    expect(await hosts.render(request, lying, signal)).toMatchObject({ code: "ObjectCorrupt", transient: true });
    expect(names(await hosts.render(request, git.source, signal))).toEqual(["corrupt"]);
  });

  it.each([
    ["a file", "app/large.yaml", "readBlob"],
    ["a directory", "app/deep", "readTree"],
  ] as const)(
    "names %s that is too large to be kept, once and for all, and renders the rest",
    async (_name, path, read) => {
      const files = {
        "app/large.yaml": configMap("large", read),
        "app/deep/a.yaml": configMap("a", read),
        "b/a.yaml": configMap("b"),
      };
      const tree = git.write(files);
      const large = git.oid(tree, path);
      const source: ObjectSource = {
        ...git.source,
        [read]: async (oid: string, signal: AbortSignal) => {
          if (oid === large) throw new ObjectTooLarge(oid, 12_345_678);
          return git.source[read](oid, signal);
        },
      };
      const at = (directory: string): Promise<RenderResult> =>
        hosts.render(
          { tree, path: directory, scope: path, spec: { kind: "plain" } },
          source,
          AbortSignal.timeout(10_000),
        );
      expect(await at("app")).toMatchObject({
        code: "LimitExceeded",
        transient: false,
        message: expect.stringMatching(
          `^${path}: the (?:file|directory) has 12345678 bytes, at most 10485760; split or shorten it$`,
        ),
      });
      expect(names(await at("b"))).toEqual(["b"]);
    },
  );

  it("throws the reason of its signal", async () => {
    const request: RenderRequest = {
      tree: git.write({ "app/a.yaml": configMap("q") }),
      path: "app",
      spec: { kind: "plain" },
    };
    await expect(hosts.render(request, git.source, AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
  });
});
