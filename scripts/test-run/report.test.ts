import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { readReports } from "./read-reports.ts";
import { reportOf } from "./report.ts";
import type { RanModule } from "./report.ts";
import { sumUp } from "./sum-up.ts";

const ran = (parts: {
  readonly state?: string;
  readonly project?: string;
  readonly tests?: Readonly<Record<string, string>>;
  readonly errors?: readonly string[];
  readonly hooks?: readonly string[];
}): RanModule => ({
  moduleId: "/a.test.ts",
  project: { name: parts.project ?? "" },
  state: () => parts.state ?? "passed",
  errors: () => (parts.errors ?? []).map((message) => ({ message })),
  children: {
    allTests: () =>
      Object.entries(parts.tests ?? {}).map(([fullName, state]) => ({
        fullName,
        result: () => ({ state, errors: state === "failed" ? [{ message: "no", stack: "no\n at a.ts:1:1" }] : [] }),
      })),
    allSuites: () => [{ fullName: "a > suite", errors: () => (parts.hooks ?? []).map((message) => ({ message })) }],
  },
});

const line = ({ of, title, state, why }: ReturnType<typeof reportOf>[number]): string =>
  [of, title, state, why].join("; ");

describe("the report of a run", () => {
  it.each<[string, RanModule, readonly string[]]>([
    ["a test that passed", ran({ tests: { "a > b": "passed" } }), ["test; a > b; passed; "]],
    ["a test that failed", ran({ state: "failed", tests: { b: "failed" } }), ["test; b; failed; no\n at a.ts:1:1"]],
    ["a test that was skipped", ran({ tests: { b: "skipped" } }), ["test; b; not run; "]],
    ["which project a test is of", ran({ project: "R3", tests: { b: "passed" } }), ["test; b [R3]; passed; "]],
    [
      "hooks that failed, beside the tests that they kept from running",
      ran({ state: "failed", tests: { b: "skipped" }, hooks: ["no server", "and no end"] }),
      ["test; b; not run; ", "hooks; (a > suite); failed; no server"],
    ],
    ["a file that cannot be read", ran({ state: "failed", errors: ["bad"] }), ["file; (the file); failed; bad"]],
    [
      "a file whose process was lost",
      ran({ state: "pending", tests: { b: "pending" } }),
      [
        "test; b; not run; ",
        "file; (the file); failed; it did not end: its process was lost, or the run was broken off",
      ],
    ],
  ])("tells %s", (_, module, lines) => {
    expect(reportOf([module]).map(line)).toEqual(lines);
  });
});

const repository = dirname(dirname(import.meta.dirname));

/** Runs the suite of a workspace that holds these files, as `npm test` does; what it then tells of it. */
const linesOf = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  await using root = await temporaryFolder();
  const folder = join(root.path, "test");
  await mkdir(folder);
  await symlink(join(repository, "node_modules"), join(root.path, "node_modules"));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), `import { afterAll, beforeAll, describe, it } from "vitest";\n${text}\n`);
  }
  const child = spawn(process.execPath, [join(repository, "scripts/test-suite.ts")], {
    cwd: folder,
    env: { ...process.env, PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"]}` },
    stdio: "ignore",
  });
  const [code] = (await once(child, "close")) as [number];
  const badFolders = code === 0 ? [] : ["test"];
  const { lines } = sumUp({ results: readReports(root.path), badFolders }, { results: [], badFolders: [] });
  return lines.map((each) => each.replaceAll(root.path, ""));
};

describe("a suite that really runs", () => {
  it("is told with why and where each hook, test and file of it failed", async () => {
    const lines = await linesOf({
      "before.test.ts": `describe("a world", () => {
  describe("with a server", () => {
    beforeAll(() => { throw new Error("no server\\nof that name"); });
    it("works", () => {});
  });
});`,
      "after.test.ts": `describe("an end", () => { afterAll(() => Promise.reject(new Error("not empty"))); it("works", () => {}); });`,
      "top.test.ts": `beforeAll(() => { throw new Error("no folder"); }); it("works", () => {});`,
      "unreadable.test.ts": `throw new Error("not a test");`,
      "lost.test.ts": `it("is lost", () => process.kill(process.pid, "SIGKILL"));`,
      "red.test.ts": `it("is red", () => { throw new Error("red"); });`,
      "green.test.ts": `it("is green", () => {});`,
    });
    const text = lines.join("\n");
    const told = (...parts: readonly string[]): void => expect(text).toContain(parts.join("\n    "));
    expect(text).toContain("NOT RUN: test/before.test.ts: a world > with a server > works");
    told(
      "FAILED: test/before.test.ts: (a world > with a server)",
      "Error: no server",
      "of that name",
      "at /test/before.test.ts:4:29",
    );
    told("FAILED: test/after.test.ts: (an end)", "Error: not empty", "at /test/after.test.ts:2:58");
    told("FAILED: test/top.test.ts: (the file)", "Error: no folder", "at /test/top.test.ts:2:25");
    told("FAILED: test/unreadable.test.ts: (the file)", "Error: not a test", "at /test/unreadable.test.ts:2:7");
    told("FAILED: test/red.test.ts: is red", "Error: red", "at /test/red.test.ts:2:28");
    told("FAILED: test/lost.test.ts: (the file)", "it did not end: its process was lost, or the run was broken off");
    expect(text).not.toContain("green");
  });
});
