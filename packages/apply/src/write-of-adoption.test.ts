import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { writeOfAdoption } from "./write-of-adoption.ts";

const live = (managedFields?: readonly object[]): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "x", uid: "u", ...(managedFields ? { managedFields } : {}) },
  }) as unknown as KubeObject;
type Kind = Parameters<typeof writeOfAdoption>[0];

test.each<readonly [string, Kind, KubeObject | undefined, boolean, boolean]>([
  ["that is made takes nothing", "create", undefined, false, false],
  ["that is taken takes all, by force", "take", live([{}]), true, true],
  [
    "that is adopted is forced and takes nothing: what is equal may be written in other words",
    "adopt",
    live([{}]),
    true,
    false,
  ],
  ["that is migrated takes what its earlier managers have, without force", "migrate", live([{}]), false, true],
  ["that is migrated and has no owners is forced: its first apply would be in the way", "migrate", live(), true, true],
  ["that is migrated and has an empty list of owners is forced too", "migrate", live([]), true, true],
])("an object %s", (_title, kind, before, force, takes) => {
  expect(writeOfAdoption(kind, before)).toEqual({ uid: before === undefined ? "" : "u", force, takes });
});
