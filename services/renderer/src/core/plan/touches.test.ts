import { describe, expect, it } from "vitest";

import type { TreeChange } from "./diff-trees.ts";
import { indexChanges, touches } from "./touches.ts";
import type { Closure } from "./touches.ts";

const entry = (path: string): TreeChange => ({ path, kind: "entry" });
const subtree = (path: string): TreeChange => ({ path, kind: "subtree" });
const closure = (parts: Partial<Closure>): Closure => ({ files: [], directories: [], trees: [], ...parts });

const cases: readonly [string, TreeChange[], string, Partial<Closure>, boolean][] = [
  ["takes a file below the application's path", [entry("apps/a/x.yaml")], "apps/a", {}, true],
  ["leaves the neighbour alone", [entry("apps/b/x.yaml")], "apps/a", {}, false],
  ["does not take a longer name for a child", [entry("apps/ab/x.yaml")], "apps/a", {}, false],
  ["takes everything at the root", [entry("README.md")], "", {}, true],
  ["takes a deep change at the root", [entry("a/b/c")], "", {}, true],
  ["takes an exact file of the closure", [entry("base/web.yaml")], "apps/a", { files: ["base/web.yaml"] }, true],
  ["leaves a sibling of a closure's file", [entry("base/other.yaml")], "apps/a", { files: ["base/web.yaml"] }, false],
  ["takes a new file in a closure's directory", [entry("base/new.yaml")], "apps/a", { directories: ["base"] }, true],
  [
    "leaves what lies deeper than a closure's directory",
    [entry("base/x/new.yaml")],
    "apps/a",
    { directories: ["base"] },
    false,
  ],
  [
    "takes everything below a closure's tree",
    [entry("charts/web/templates/a.yaml")],
    "apps/a",
    { trees: ["charts/web"] },
    true,
  ],
  ["takes the application's path when it appears", [subtree("apps/a")], "apps/a", {}, true],
  ["takes the application's path when a directory above vanishes", [subtree("apps")], "apps/a", {}, true],
  ["takes a closure's file in a vanished directory", [subtree("base")], "apps/a", { files: ["base/x/web.yaml"] }, true],
  ["takes a file read through a link that moved", [entry("link")], "apps/a", { files: ["link/web.yaml"] }, true],
  ["takes a path that became a file", [entry("apps/a")], "apps/a", {}, true],
];

describe("touches", () => {
  it.each(cases)("%s", (_title, changes, path, parts, expected) => {
    expect(touches(indexChanges(changes), path, closure(parts))).toBe(expected);
  });
});
