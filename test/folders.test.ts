import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { runningServices } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);
const linesOf = (file: string): number => readFileSync(file, "utf8").split("\n").length - 1;

/** How many files a folder of a service may show at one level, so that whoever looks for one sees them all. */
const MOST_FILES = 20;
/** An input is load, decide, act, tell: what is more stands in a room of its own. */
const MOST_LINES_OF_AN_INPUT = 80;

describe.each(runningServices)("services/%s", (service) => {
  const src = join(root, "services", service, "src");

  it(`shows at most ${MOST_FILES} files at one level`, () => {
    const counts = new Map<string, number>();
    for (const file of globSync("**/*.ts", { cwd: src })) {
      counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
  });

  it(`handles each input in at most ${MOST_LINES_OF_AN_INPUT} lines`, () => {
    // The status-api answers from what it follows: its inputs are whole streams and buckets.
    const inputs = globSync("**/{on,follow}-*.ts", { cwd: src }).filter((file) => !file.endsWith(".test.ts"));
    expect(inputs).not.toEqual([]);
    expect(inputs.filter((file) => linesOf(join(src, file)) > MOST_LINES_OF_AN_INPUT)).toEqual([]);
  });

  it("starts by a main.ts of six lines", () => {
    expect(linesOf(join(src, "main.ts"))).toBeLessThanOrEqual(6);
  });
});

/** Of which a name says that only tests use them. */
const isForTests = (file: string): boolean => /\.test\.ts$|\.fixture\.ts$|\/(?:testing|testdata)\//.test(file);
/** Where a program, or whoever imports the package, comes in. */
const ENTRIES = /\/(?:main|index|[a-z-]+-main)\.ts$/;

it("what only tests import is named so", () => {
  const files = globSync(["packages/*/src/**/*.ts", "services/*/src/**/*.ts", "scripts/**/*.ts", "test/**/*.ts"], {
    cwd: root,
  }).filter((file) => !file.includes("node_modules"));
  const importers = new Map<string, string[]>();
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    for (const [, from = ""] of text.matchAll(/(?:from|import|new URL\()\s*"(\.{1,2}\/[^"]+\.ts)"/g)) {
      const to = relative(root, resolve(root, dirname(file), from));
      importers.set(to, [...(importers.get(to) ?? []), file]);
    }
  }
  const misnamed = [...importers]
    .filter(([file]) => /^(?:packages|services)\//.test(file) && !file.startsWith("packages/testing/"))
    .filter(([file]) => !file.startsWith("packages/cluster-judge/") && !isForTests(file) && !ENTRIES.test(file))
    .filter(([, by]) => by.every(isForTests))
    .map(([file]) => file);
  expect(misnamed).toEqual([]);
});
