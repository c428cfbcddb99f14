import { expect, test } from "vitest";

import { jobAt } from "../track-object.fixture.ts";
import { isWaiting, keptOf, newObject, versionOf } from "./object-state.ts";
import type { Sight } from "./object-state.ts";

const state = newObject({ group: "batch", kind: "Job", namespace: "n", name: "a" });
const object = jobAt(11, "hand");

test.each<readonly [string, boolean, Sight, boolean]>([
  ["was never seen: its event is still to come", false, { kind: "unseen" }, false],
  ["is kept: something about it is open", true, { kind: "kept", object, version: "11" }, false],
  ["is kept, though it was once seen equal", true, { kind: "kept", object, version: "11" }, true],
  ["was let go at a version that was not judged", true, { kind: "let-go", version: "11" }, false],
  ["was seen equal and let go", false, { kind: "let-go", version: "11" }, true],
  ["is gone, in a run perhaps", true, { kind: "gone" }, false],
  ["has ended and is gone", false, { kind: "done" }, true],
])("an object that %s waits for its unit to be free: %s", (_title, waits, sight, isVerified) => {
  expect(isWaiting({ ...state, sight, isVerified })).toBe(waits);
});

test.each<readonly [string, Sight, string]>([
  ["none of what was never seen", { kind: "unseen" }, ""],
  [
    "the last seen of what is kept, which may be newer than what is kept",
    { kind: "kept", object, version: "12" },
    "12",
  ],
  ["the last seen of what was let go", { kind: "let-go", version: "9" }, "9"],
  ["none of what is gone: another may come by that name", { kind: "gone" }, ""],
  ["none of what is done", { kind: "done" }, ""],
])("the version of an object is %s", (_title, sight, version) => {
  expect(versionOf(sight)).toBe(version);
  expect(keptOf({ ...state, sight })).toBe(sight.kind === "kept" ? object : undefined);
});
