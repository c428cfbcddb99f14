import { expect, test } from "vitest";

import { unknownName } from "./known-names.ts";

const known = { clusters: new Set(["prod-us", "prod-eu", ""]), apps: new Set(["web"]), isComplete: true };
const many = { ...known, clusters: new Set(Array.from({ length: 12 }, (_, n) => `c${10 + n}`)) };
const none = { clusters: new Set<string>(), apps: new Set<string>(), isComplete: true };

test.each([
  ["any cluster is meant by none", "cluster", "", known, undefined],
  ["a known cluster is fine", "cluster", "prod-eu", known, undefined],
  ["a known application is fine", "app", "web", known, undefined],
  [
    "another is told with what is known",
    "cluster",
    "nope",
    known,
    'Cluster "nope" is not declared; known: prod-eu, prod-us',
  ],
  [
    "one that is nearly right is guessed",
    "app",
    "wep",
    known,
    'Application "wep" is not declared; did you mean "web"? known: web',
  ],
  [
    "where nothing is declared, that is told",
    "app",
    "web",
    none,
    'Application "web" is not declared; none is declared',
  ],
  [
    "before the fleet was read nobody says that it is not declared",
    "cluster",
    "prod-eu",
    { ...none, isComplete: false },
    'Cluster "prod-eu" is not known yet: the fleet repository has not been read; ask again',
  ],
  [
    "of many, some are named",
    "cluster",
    "x",
    many,
    'Cluster "x" is not declared; known: c10, c11, c12, c13, c14, c15, c16, c17, c18, c19 and 2 more',
  ],
] as const)("%s", (_title, what, name, names, expected) => {
  expect(unknownName(what, name, names)).toBe(expected);
});
