import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);

/** Where decisions stand: pure, and each held by a table beside it. */
const TREES = [
  ...globSync("services/*/src/core", { cwd: root }),
  ...["apply", "drift", "health"].map((name) => `packages/${name}/src`),
];

/** One branch or one expression each of what a table of the tree goes through whole. */
const HELD_BY: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["generic-health", "health", "other-health", "pod-health", "read-status", "workload-health"].map((name) => [
      `packages/health/src/${name}.ts`,
      "packages/health/src/health-of.test.ts",
    ]),
  ),
  "services/drift-detector/src/core/object/object-event.ts": "services/drift-detector/src/core/track-object.test.ts",
};

const IMPORT = /^(?:import|export) (?!type )[^;]*?from "(\.{1,2}\/[^"]+\.ts)";/gms;
const importsOf = (file: string): readonly string[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(IMPORT)].map(([, from = ""]) =>
    relative(root, resolve(root, dirname(file), from)),
  );

/** All that a file imports, and what that imports in turn. */
const reachedFrom = (file: string): ReadonlySet<string> => {
  const reached = new Set([file]);
  for (const each of reached) for (const next of importsOf(each)) reached.add(next);
  return reached;
};

/** False for one that holds types alone: there is nothing to call. */
const decides = (file: string): boolean => /^export (?!type |interface )/m.test(readFileSync(join(root, file), "utf8"));
const isProduct = (file: string): boolean => !/\.(?:test|fixture)\.ts$|\/index\.ts$/.test(file);

describe.each(TREES)("%s", (tree) => {
  const files = globSync("**/*.ts", { cwd: join(root, tree) }).map((file) => join(tree, file));

  it("has a test that names each file", () => {
    const named = new Set(files.filter((file) => file.endsWith(".test.ts")).flatMap(importsOf));
    const without = files.filter((file) => isProduct(file) && decides(file) && !named.has(file));
    expect(without.filter((file) => HELD_BY[file] === undefined)).toEqual([]);
    // Whoever has a test by now needs no excuse.
    expect(without.toSorted()).toEqual(
      Object.keys(HELD_BY)
        .filter((file) => file.startsWith(`${tree}/`))
        .toSorted(),
    );
  });
});

it.each(Object.entries(HELD_BY))("%s is reached by the table that holds it", (file, test) => {
  expect([file, test].filter((each) => !existsSync(join(root, each)))).toEqual([]);
  expect(reachedFrom(test)).toContain(file);
});
