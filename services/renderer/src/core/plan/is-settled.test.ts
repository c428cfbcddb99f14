import { ApplyFinished, ApplyResult, DesiredStateChanged } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { isSettled } from "./is-settled.ts";

const unit = { cluster: "c", app: "a", appUid: "u" };
const version = (fleet: bigint) => ({ fleet, selection: 1n, sources: [], tools: 1n });
const day = 24 * 3_600_000;
const now = new Date(1_800_000_000_000);
const tombstone = (more: object = {}, days = 7) => ({
  fact: DesiredStateChanged.fromPartial({ unit, version: version(5n), removed: true, ...more }),
  publishedAt: new Date(now.getTime() - days * day),
});
const applied = (more: object = {}) =>
  ApplyFinished.fromPartial({ unit, version: version(5n), result: ApplyResult.REMOVED, ...more });

test.each([
  ["that was carried out a week ago is over", tombstone(), applied(), true],
  ["that is younger is kept", tombstone({}, 6.9), applied(), false],
  ["that nobody carried out is kept, however old", tombstone({}, 400), undefined, false],
  ["of which something is left to delete is kept", tombstone(), applied({ result: ApplyResult.HELD }), false],
  ["that is newer than what was carried out is kept", tombstone({ version: version(6n) }), applied(), false],
  ["of another application of that name is kept", tombstone({ unit: { ...unit, appUid: "v" } }), applied(), false],
])("a tombstone %s", (_title, stored, run, wanted) => expect(isSettled(stored, run, now)).toBe(wanted));

test("what is desired is never over", () =>
  expect(isSettled(tombstone({ removed: false }), applied(), now)).toBe(false));
