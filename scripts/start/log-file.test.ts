import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { temporaryFolder } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { openLogFile } from "./log-file.ts";

test("a full disk costs lines, is told once, and ends nothing", () => {
  const told: string[] = [];
  using log = openLogFile("/dev/full", (path, why) => told.push(`${path}: ${why}`));
  log.write("one\n");
  log.write("two\n");
  expect(told).toEqual([expect.stringMatching(/^\/dev\/full: ENOSPC/)]);
});

test("a log is appended to", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "x.log");
  await writeFile(path, "before\n");
  using log = openLogFile(path, () => undefined);
  log.write("after\n");
  expect(await readFile(path, "utf8")).toBe("before\nafter\n");
});
