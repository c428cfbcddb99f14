import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { runningServices } from "@evenkeel/contracts";
import { temporaryFolder } from "@evenkeel/testing";
import { expect, test } from "vitest";

const root = dirname(import.meta.dirname);

const make = async (folder: string): Promise<string> => {
  const run = await promisify(execFile)("npm", ["run", "--silent", "identities", "--", folder], { cwd: root });
  return run.stdout;
};

test("the keys of an install are made once, and what a folder lacks is added", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "keys");
  const read = (...path: readonly string[]): Promise<string> => readFile(join(folder, ...path), "utf8");
  expect(await make(folder)).toContain("applier/seed.nk");
  const seed = await read("applier", "seed.nk");
  const trust = await read("trust.json");
  for (const name of runningServices) expect(trust).toContain(`"${name}"`);
  await rm(join(folder, "record", "record.key"));
  expect(await make(folder)).toMatch(/made record\/record\.key\n$/);
  expect(await make(folder)).toMatch(/nothing is missing\n$/);
  expect(await read("applier", "seed.nk")).toBe(seed);
  await rm(join(folder, "applier", "seed.nk"));
  await expect(make(folder)).rejects.toThrow("holds nkeys without applier/seed.nk");
});
