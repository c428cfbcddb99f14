import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RenderLimits } from "../limits.ts";
import type { RenderResult, RenderSpec } from "../request.ts";
import { bothHosts } from "../testing/both-hosts.ts";
import type { BothHosts } from "../testing/both-hosts.ts";
import { gitTrees } from "../testing/git-tree.ts";
import type { Content, GitTrees } from "../testing/git-tree.ts";
import { randomScalars, STYLES } from "../testing/random-scalars.ts";

const configMap = (name: string, data = "x"): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {k: ${data}}\n`;

const object = (kind: string) => ({ apiVersion: "v1", kind, metadata: { name: "a" } });

/** Behind what is read in a thread from this size on. */
const LARGE = `# ${"x".repeat(70 * 1024)}\n`;

let git: GitTrees;
let hosts: BothHosts;
beforeAll(async () => {
  git = gitTrees();
  hosts = await bothHosts({ saltKey: "salt" });
});
afterAll(async () => {
  git[Symbol.dispose]();
  await hosts[Symbol.asyncDispose]();
});

type Files = { readonly [path: string]: Content };

const askedOf = (files: Files, spec: Partial<RenderSpec>, to: BothHosts): Promise<RenderResult> =>
  to.render(
    { tree: git.write(files), path: "app", spec: { kind: "plain", ...spec } },
    git.source,
    new AbortController().signal,
  );

const endOf = (result: RenderResult): string => (result.outcome === "refused" ? result.code : result.outcome);

const odd: readonly (readonly [says: string, text: string, end: string])[] = [
  ["nothing", "", "empty"],
  ["only a comment", "# nothing\n", "empty"],
  ["500 empty documents", "---\n".repeat(500), "empty"],
  ["null", "null\n", "empty"],
  ["a number", "7\n", "ObjectInvalid"],
  ["a list", "- a\n", "ObjectInvalid"],
  ["closed before it is opened", "}{\n", "YamlRefused"],
  ["a list without its end", "a: [b\n", "YamlRefused"],
  ["a text without its end", "a: 'b\n", "YamlRefused"],
  ["a tab", "a:\n\tb: c\n", "YamlRefused"],
  ["one key twice", `${configMap("a")}${configMap("a")}`, "DuplicateKey"],
  ["one object twice", `${configMap("a")}---\n${configMap("a")}`, "DuplicateObject"],
  ["a bad document behind a good one", `${configMap("a")}---\n}{\n`, "YamlRefused"],
  ["a tag of a language", configMap("a").replace("v1", "!!js/function v1"), "YamlRefused"],
  ["a binary", configMap("a", "!!binary YQ=="), "YamlRefused"],
  ["no number", configMap("a", ".nan"), "ScalarRefused"],
  ["a number of two readings", configMap("a", "08"), "ScalarAmbiguous"],
  ["an octal number", configMap("a", "0o17"), "rendered"],
  ["a number beyond those of JavaScript", configMap("a", "9007199254740993"), "rendered"],
  ["a yes", configMap("a", "yes"), "rendered"],
  ["a date", configMap("a", "2026-11-22"), "rendered"],
  ["line ends of Windows", configMap("a").replaceAll("\n", "\r\n"), "rendered"],
  ["a name that is none", configMap("A/b"), "ObjectInvalid"],
  ["no kind", configMap("a").replace("kind: ConfigMap\n", ""), "ObjectInvalid"],
  ["a name to be made up", configMap("a").replace("name: a", "generateName: a"), "ObjectInvalid"],
  ["5,000 lists in each other", `x: ${"[".repeat(5_000)}\n`, "LimitExceeded"],
  ["40,000 aliases", `x: &a [b]\ny: &c [${"*a,".repeat(200)}]\nz: [${"*c,".repeat(200)}]\n`, "LimitExceeded"],
  ["a List", `apiVersion: v1\nkind: List\nitems: [${JSON.stringify(object("ConfigMap"))}]\n`, "rendered"],
  ["a Secret", JSON.stringify({ ...object("Secret"), stringData: { k: "secret" } }), "rendered"],
  ["a Secret that is no base64", JSON.stringify({ ...object("Secret"), data: { k: "%" } }), "ObjectInvalid"],
];

describe("the host without threads gives what the other gives", () => {
  it.each(odd)("for a manifest that is %s", async (_says, text, end) => {
    expect(endOf(await askedOf({ "app/a.yaml": text }, {}, hosts))).toBe(end);
    await askedOf({ "app/a.yaml": text, "app/b.yaml": configMap("b") }, { strictYaml: true }, hosts);
    await askedOf({ "app/a.yaml": text, "app/b.yaml": configMap("b") }, { plain: { dialect: "api" } }, hosts);
    expect(endOf(await askedOf({ "app/a.yaml": LARGE + text }, {}, hosts))).toBe(end);
  });

  it.each([
    ["no UTF-8", new Uint8Array([0x61, 0xc3, 0x28]), "NotUtf8Text"],
    ["a NUL", new Uint8Array([0x61, 0, 0x62]), "NotUtf8Text"],
    ["a byte order mark", `\ufeff${configMap("a")}`, "rendered"],
  ])("for %s", async (_name, content, end) => {
    expect(endOf(await askedOf({ "app/a.yaml": content }, {}, hosts))).toBe(end);
  });

  it.each(STYLES)("for scalars in style %s", async (style) => {
    for (const scalar of randomScalars(style, 7, 6)) {
      await askedOf(
        { "app/a.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: ${scalar}\n` },
        {},
        hosts,
      );
    }
  });

  it.each([
    ["objects", { objects: 2 }],
    ["bytes of an object", { objectBytes: 60 }],
    ["bytes of all objects", { outputBytes: 150 }],
    ["bytes of a file", { fileBytes: 60 }],
    ["bytes of all files", { inputBytes: 150 }],
    ["entries of trees", { treeEntries: 3 }],
    ["levels of directories", { pathDepth: 2 }],
  ] satisfies readonly (readonly [string, Partial<RenderLimits>])[])(
    "beyond the limit of %s",
    async (_name, limits) => {
      await using limited = await bothHosts({ limits });
      const files = { "app/a.yaml": configMap("a"), "app/b.yaml": configMap("b"), "app/c/d/e.yaml": configMap("c") };
      expect(endOf(await askedOf(files, {}, limited))).toBe("LimitExceeded");
      expect(endOf(await askedOf(files, {}, hosts))).toBe("rendered");
    },
  );

  it("where it remembers a render", async () => {
    const files = { "app/a.yaml": configMap("again") };
    expect(await askedOf(files, {}, hosts)).toMatchObject({ cache: "miss" });
    expect(await askedOf(files, {}, hosts)).toMatchObject({ cache: "hit", outcome: "rendered" });
    expect(await askedOf({ ...files, "README.md": "" }, {}, hosts)).toMatchObject({ cache: "hit" });
  });
});
