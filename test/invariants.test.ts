import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);
const read = (file: string): string => readFileSync(join(root, file), "utf8");

interface Invariant {
  readonly id: string;
  readonly keptBy: string;
  readonly shownBy: string;
}

const ROW = /^\| `(?<id>[a-z]+\.[a-z-]+)` \| .+ \| `(?<keptBy>[^`]+)` \| `(?<shownBy>[^`]+)` \|$/gm;
const invariants = [...read("docs/invariants.md").matchAll(ROW)].map(({ groups }) => groups as unknown as Invariant);
const ids = new Set(invariants.map(({ id }) => id));
const areas = new Set([...ids].map((id) => id.split(".")[0]));

/** The ids that a text cites: `invariant a.b`, `invariants a.b, c.d` or `invariants a.*`, also over the end of a line. */
function citedIn(text: string): readonly string[] {
  const plain = text.replaceAll(/\n\s*(?:\*|\/\/)? ?/g, " ");
  const lists = [...plain.matchAll(/\b[Ii]nvariants? ((?:[a-z]+\.(?:[a-z-]+|\*)(?:, )?)+)/g)];
  return lists.flatMap(([, list = ""]) => list.split(", ").filter((id) => id !== ""));
}

const sources = execFileSync("git", ["ls-files", "*.ts"], { cwd: root, encoding: "utf8" }).trim().split("\n");
const texts = sources
  .filter((file) => !file.includes("/gen/") && file !== "test/invariants.test.ts" && existsSync(join(root, file)))
  .map((file) => ({ file, text: read(file) }));

describe("docs/invariants.md", () => {
  it("is a table of sentences, each id once", () => {
    expect(invariants.length).toBeGreaterThan(30);
    expect(ids.size).toBe(invariants.length);
  });

  it.each(invariants)("$id is cited by the file that keeps it, and shown by a test that is there", (each) => {
    const cited = [...citedIn(read(each.keptBy)), ...read(each.keptBy).matchAll(/id: "([a-z.-]+)"/g)].map((id) =>
      typeof id === "string" ? id : (id[1] ?? ""),
    );
    expect(cited).toContain(each.id);
    expect(existsSync(join(root, each.shownBy)), each.shownBy).toBe(true);
  });

  it("has every id that code cites", () => {
    const unknown = texts.flatMap(({ file, text }) =>
      citedIn(text)
        .filter((id) => (id.endsWith(".*") ? !areas.has(id.slice(0, -2)) : !ids.has(id)))
        .map((id) => `${file}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe("what comments cite", () => {
  it("is in the repository", () => {
    const missing = texts.flatMap(({ file, text }) =>
      [...text.matchAll(/(?:(?<!:)\/\/|\*).*?\b((?:docs\/)?[\w/-]+\.md)\b/g)]
        .map(([, cited = ""]) => cited)
        .filter((cited) => ![cited, join(dirname(file), cited)].some((path) => existsSync(join(root, path))))
        .map((cited) => `${file}: ${cited}`),
    );
    expect(missing).toEqual([]);
  });
});
