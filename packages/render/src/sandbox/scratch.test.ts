import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openScratch } from "./scratch.ts";

/** A number that no process has: the left-over of one that is gone. */
const gone = (): number => spawnSync(process.execPath, ["--version"]).pid;

test("what a killed process left behind is removed", () => {
  const base = mkdtempSync(join(tmpdir(), "scratch-"));
  const leftOver = join(base, `evenkeel-render-${gone()}-x`);
  mkdirSync(leftOver);
  openScratch(base)[Symbol.dispose]();
  expect(existsSync(leftOver)).toBe(false);
  rmSync(base, { recursive: true });
});

test("another user's left-over stays, and nothing fails over it", () => {
  const base = mkdtempSync(join(tmpdir(), "scratch-"));
  const leftOver = join(base, `evenkeel-render-${gone()}-x`);
  const inside = join(leftOver, "inside");
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(inside, "file"), "theirs");
  // As another user for a moment; whoever is no root takes his own right away instead.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    spawnSync("chmod", ["0777", base]);
    process.seteuid?.(65_534);
  } else spawnSync("chmod", ["0500", inside]);
  try {
    openScratch(base)[Symbol.dispose]();
  } finally {
    if (isRoot) process.seteuid?.(0);
    else spawnSync("chmod", ["0700", inside]);
  }
  expect(existsSync(join(inside, "file"))).toBe(true);
  rmSync(base, { recursive: true });
});
