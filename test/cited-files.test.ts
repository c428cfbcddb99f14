import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);
const documents = globSync(["*.md", "docs/**/*.md", "{packages,services,deploy}/**/*.md"], {
  cwd: root,
  exclude: (path) => path.includes("node_modules"),
});

/** What of a document names a file of the repository: a link, or a path or the name of a document in its text. */
const citedIn = (text: string): readonly string[] => [
  ...[...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1] ?? ""),
  ...[...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|mjs|json|yaml|conf|proto|md|sh))`/g)].map(
    (match) => match[1] ?? "",
  ),
  ...[...text.matchAll(/(?<![\w/.<-])([a-z][a-z-]*\.md)\b/g)].map((match) => match[1] ?? ""),
];
/** Paths are from the root, the document, its package or that package's sources. */
const isThere = (document: string, cited: string): boolean => {
  const own = dirname(document);
  return ["", own, "docs", "docs/adr", join(own, "src")].some((from) => existsSync(join(root, from, cited)));
};

it.each(documents)("%s cites files that are there", (document) => {
  const text = readFileSync(join(root, document), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  expect(citedIn(text).filter((cited) => !isThere(document, cited))).toEqual([]);
});

describe("what is counted as a citation", () => {
  it.each([
    ["a link", "see [it](docs/adr/0001.md#why)", ["docs/adr/0001.md"]],
    ["a path", "`test/lost-bus.test.ts` holds it", ["test/lost-bus.test.ts"]],
    ["the name of a document", "as design.md 9.4 says", ["design.md"]],
    ["no address", "[site](https://example.org/a.md)", []],
  ])("%s", (_, text, cited) => expect(citedIn(text)).toEqual(cited));
});
