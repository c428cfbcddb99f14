import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { cachedEntries, placeInCache, platform } from "./cache.ts";
import { ensureProgram } from "./ensure-programs.ts";
import { search } from "./find-program.ts";
import type { Getter, Program } from "./program.ts";
import { describePrograms, ProgramMissing } from "./require-program.ts";
import { atLeast } from "./version.ts";
import { inCache, inFolderOfVariable, inVariable, onPath } from "./ways/find.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "evenkeel-programs-"));
  vi.stubEnv("XDG_CACHE_HOME", join(home, "cache"));
  vi.stubEnv("TOOL_BIN", "");
  vi.stubEnv("TOOL_FOLDER", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

/** A real program that only tells its version. */
const makeTool = async (folder: string, version: string): Promise<string> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "tool"), `#!/bin/sh\necho "tool v${version}"\n`, { mode: 0o755 });
  return join(folder, "tool");
};
const putOnPath = async (version: string): Promise<void> => {
  await makeTool(join(home, "bin"), version);
  vi.stubEnv("PATH", `${join(home, "bin")}:${process.env["PATH"]}`);
};
const makes = (name: string, version: string): Getter & { calls: number } => ({
  name,
  calls: 0,
  async get(_, folder) {
    this.calls += 1;
    return { path: await makeTool(folder, version), source: name };
  },
});
const fails = (name: string, reason: string): Getter => ({ name, get: () => Promise.reject(new Error(reason)) });
const tool = (...getters: readonly Getter[]): Program => ({
  name: "tool",
  wants: atLeast("2.14.0"),
  versionArgs: ["--version"],
  finders: [inVariable("TOOL_BIN"), onPath, inFolderOfVariable("TOOL_FOLDER"), inCache],
  getters,
  remedy: "set TOOL_BIN",
});

test("takes a program on PATH that is new enough", async () => {
  await putOnPath("2.15.1");
  expect(await ensureProgram(tool())).toMatchObject({
    path: join(home, "bin/tool"),
    version: "2.15.1",
    source: "PATH",
  });
});

test("passes over one on PATH that is too old, and says so", async () => {
  await putOnPath("2.9.10");
  const found = await ensureProgram(tool(makes("a build", "2.15.0")));
  expect(found).toMatchObject({ version: "2.15.0", source: "a build" });
  expect(found.tried).toContain(`PATH: ${join(home, "bin/tool")} is 2.9.10, wanted is >= 2.14.0`);
});

test("a variable that names the program is the only way, also when it is too old", async () => {
  await putOnPath("2.15.1");
  const getter = makes("a build", "2.15.0");
  vi.stubEnv("TOOL_BIN", await makeTool(join(home, "old"), "2.9.10"));
  const found = await ensureProgram(tool(getter));
  expect(found.path).toBeUndefined();
  expect(found.tried).toEqual([`TOOL_BIN: ${join(home, "old/tool")} is 2.9.10, wanted is >= 2.14.0`]);
  expect(getter.calls).toBe(0);
});

test("a variable that names a folder without the program is passed over", async () => {
  vi.stubEnv("TOOL_FOLDER", home);
  expect((await search(tool())).found.tried).toContain("TOOL_FOLDER: not there");
});

test("keeps what it got, with a note of where from, and does not get it twice", async () => {
  const getter = makes("a build", "2.15.0");
  const first = await ensureProgram(tool(fails("an archive", "no network"), getter));
  expect(first.path).toBe(join(home, `cache/evenkeel/tool/2.15.0-${platform}/tool`));
  expect(first.tried).toContain("an archive: no network");
  const note: unknown = JSON.parse(await readFile(join(first.path!, "../note.json"), "utf8"));
  expect(note).toEqual({ version: "2.15.0", source: "a build", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const second = await ensureProgram(tool(getter));
  expect(second).toMatchObject({ path: first.path, source: "cache, from a build" });
  expect(getter.calls).toBe(1);
  expect(await readdir(join(home, "cache/evenkeel/scratch"))).toEqual([]);
});

test("two at once get it once", async () => {
  const getter = makes("a build", "2.15.0");
  const both = await Promise.all([ensureProgram(tool(getter)), ensureProgram(tool(getter))]);
  expect(both[0].path).toBe(both[1].path);
  expect(getter.calls).toBe(1);
});

test("takes over the lock of a process that is gone", async () => {
  const { stdout } = await promisify(execFile)("sh", ["-c", "echo $$"]);
  await mkdir(join(home, "cache/evenkeel/locks"), { recursive: true });
  await writeFile(join(home, "cache/evenkeel/locks/tool"), stdout.trim());
  expect(await ensureProgram(tool(makes("a build", "2.15.0")))).toMatchObject({ version: "2.15.0" });
});

test("refuses what it got when it is too old or does not start", async () => {
  const broken: Getter = {
    name: "a broken build",
    get: async (_, folder) => {
      await writeFile(join(folder, "tool"), "not a program", { mode: 0o755 });
      return { path: join(folder, "tool"), version: "2.15.0", source: "nowhere" };
    },
  };
  const found = await ensureProgram(tool(broken, makes("an old build", "2.10.27")));
  expect(found.path).toBeUndefined();
  expect(found.tried.at(-2)).toMatch(/^a broken build: /);
  expect(found.tried.at(-1)).toMatch(/^an old build: .* is 2\.10\.27, wanted is >= 2\.14\.0$/);
  expect(await cachedEntries("tool")).toEqual([]);
});

test("prefers the newest cached version, and skips an entry that was never finished", async () => {
  const from = async (version: string) => makeTool(join(home, version), version);
  await placeInCache("tool", await from("2.14.9"), { version: "2.14.9", source: "a" });
  await placeInCache("tool", await from("2.15.10"), { version: "2.15.10", source: "b" });
  await placeInCache("tool", await from("2.15.9"), { version: "2.15.9", source: "c" });
  await mkdir(join(home, `cache/evenkeel/tool/2.99.0-${platform}`), { recursive: true });
  expect((await search(tool())).found.version).toBe("2.15.10");
});

test("an error names every way and what to do", () => {
  const found = { name: "nats-server", tried: ["PATH: not there", "go install x: go is not installed"] };
  const { message } = new ProgramMissing(found);
  expect(message.split("\n")).toEqual([
    "nats-server (>= 2.14.0) can not be had; tried:",
    "  PATH: not there",
    "  go install x: go is not installed",
    "  what to do: set NATS_SERVER_BIN to a nats-server >= 2.14",
  ]);
  expect(describePrograms([{ name: "git", path: "/usr/bin/git", version: "2.39.5", source: "PATH", tried: [] }])).toBe(
    "git 2.39.5 (PATH)",
  );
});
