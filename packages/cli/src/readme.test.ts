import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { formatDeclarationError, parseFleet } from "@evenkeel/declarations";
import { describe, expect, test } from "vitest";

import { serveStub } from "./stub-server.fixture.ts";

const readme = await readFile(join(import.meta.dirname, "../../../README.md"), "utf8");
const fenced = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => match[1] ?? "");
const commands = fenced("")
  .flatMap((block) => block.split("\n"))
  .filter((line) => line.startsWith("npx evenkeel "))
  .map((line) => line.replace(/\s*#.*$/, "").replace("npx evenkeel ", ""));

describe("the README", () => {
  test("shows declarations that are accepted", () => {
    const head = "apiVersion: evenkeel.dev/v1alpha1\n";
    const text = fenced("yaml")
      .flatMap((block) => block.split(/^---$/m))
      .map((document) => head + document.trimStart().replace(/<[^>\n]+ commit>/g, "a".repeat(40)))
      .join("---\n");
    expect(text).toContain("kind: Application");
    const { errors } = parseFleet([{ path: "README.md", bytes: new TextEncoder().encode(text) }]);
    expect(errors.map(formatDeclarationError)).toEqual([]);
  });

  test("shows more than a handful of commands", () => expect(commands.length).toBeGreaterThan(5));

  test.each(commands)("evenkeel %s is a command line", async (line) => {
    await using server = await serveStub({});
    const { err } = await server.run(line);
    // What it finds is another matter: there is nothing behind this server, and no webhook.
    expect(err).not.toMatch(/unknown|expected|error:|takes no/);
  });
});
