import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { bugsElsewhere } from "./elsewhere.fixture.ts";
import { planted } from "./plant.ts";
import { plantedBugs } from "./table.ts";

const root = dirname(dirname(dirname(dirname(import.meta.dirname))));
const all = [...plantedBugs, ...bugsElsewhere];
const [first] = plantedBugs;

/** What a script prints that node runs in a process of its own. */
const printed = async (script: string, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, "testdata", script),
    ...args,
  ]);
  return stdout.trim();
};

test("there are enough of them, each under a name of its own", () => {
  expect(plantedBugs.length).toBeGreaterThanOrEqual(30);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test.each(all)("$name: its text stands in the code once, and breaks a sentence that there is", (bug) => {
  expect(() => planted(bug)).not.toThrow();
  expect(readFileSync(join(root, "docs/invariants.md"), "utf8")).toContain(`| \`${bug.invariant}\` |`);
});

test("the test that catches one is there, and one that the simulator cannot see has such a test", () => {
  const caught = plantedBugs.filter(({ caughtBy }) => caughtBy !== "none");
  for (const { name, caughtBy } of [...caught, ...bugsElsewhere])
    expect([name, existsSync(join(root, caughtBy))]).toEqual([name, true]);
});

test("with it in them the files are read by node, and export what they did", async () => {
  expect(JSON.parse(await printed("load-each.ts"))).toEqual([]);
}, 120_000);

test("it is in the process that planted it, and in no other", async () => {
  expect(await printed("load-one.ts", "fractional-delays")).toBe("1.5");
  expect(await printed("load-one.ts")).toBe("2");
}, 60_000);

test("a text that the code has no more is told, with its row and its file", () => {
  if (first === undefined) throw new Error("there is none");
  const moved = { ...first, find: "what is not there" };
  expect(() => planted(moved)).toThrow(
    `bug ${first.name}: "what is not there" stands 0 times in ${first.file}, not once: mend its row`,
  );
});

test("what hides it is taken away with it, also in the same file", () => {
  const file = "packages/bus/src/wire/whole-delay.ts";
  const two = {
    name: "two",
    about: "",
    file,
    find: "2 ** 31 - 1",
    replace: "1",
    also: [{ file, find: "Math.ceil(ms)", replace: "ms" }],
  };
  const source = planted(two).get(file);
  expect(source).toContain("const mostMs = 1;");
  expect(source).toContain("Math.max(1, ms)");
});

test("the README names bugs that there are", () => {
  const readme = readFileSync(join(root, "packages/simulation/README.md"), "utf8");
  const named = [...readme.matchAll(/--bug (\S+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !plantedBugs.some((bug) => bug.name === name))).toEqual([]);
});
