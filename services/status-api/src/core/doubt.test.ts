import { Health, Sync, UnitStatus } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { doubtOfBus, isSameDoubt, withDoubt } from "./doubt.ts";
import type { Doubt } from "./doubt.ts";

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 22, 12, 0, second));
const doubt: Doubt = { reason: { code: "Unobserved", message: "nobody watches", remedy: "look" }, since: at(3) };

describe("a status of which nobody knows whether it still holds", () => {
  const status = (sync: Sync, health: Health): UnitStatus =>
    UnitStatus.fromPartial({
      sync,
      health,
      revision: "3f9c2ab",
      drift: 2,
      reason: { code: "Drifted", message: "replicas", remedy: "undo it" },
      reasonSince: at(1),
    });

  test.each([
    ["was well", Sync.SYNCED, Health.HEALTHY],
    ["was not well: an outage makes nothing better", Sync.OUT_OF_SYNC, Health.DEGRADED],
    ["was not known before either", Sync.UNKNOWN, Health.UNKNOWN],
  ])("is Unknown on both axes, and says what was last known, where it %s", (_title, sync, health) => {
    expect(withDoubt(status(sync, health), doubt)).toMatchObject({
      sync: Sync.UNKNOWN,
      health: Health.UNKNOWN,
      reason: { code: "Unobserved", message: `nobody watches (last known ${sync}, ${health})`, remedy: "look" },
      reasonSince: at(3),
      doubt: { ...doubt, lastSync: sync, lastHealth: health },
    });
  });

  test("still says what Git wants and what was written: that is known", () => {
    expect(withDoubt(status(Sync.SYNCED, Health.HEALTHY), doubt)).toMatchObject({ revision: "3f9c2ab", drift: 2 });
  });
});

test.each<readonly [string, boolean, Doubt | undefined, Doubt | undefined]>([
  ["none and none", true, undefined, undefined],
  ["one told twice", true, doubt, { reason: { ...doubt.reason }, since: at(3) }],
  ["one and none", false, doubt, undefined],
  ["none and one", false, undefined, doubt],
  ["one with another cause", false, doubt, { ...doubt, reason: { ...doubt.reason, code: "BusUnavailable" } }],
  ["one with other words", false, doubt, { ...doubt, reason: { ...doubt.reason, message: "x" } }],
  ["one since another time", false, doubt, { ...doubt, since: at(4) }],
])("two doubts are the same: %s: %s", (_title, same, a, b) => expect(isSameDoubt(a, b)).toBe(same));

test("the silence of the bus is as old as its last answer", () => {
  expect(doubtOfBus(at(3))).toMatchObject({
    reason: { code: "BusUnavailable", message: "the bus has not answered since 2026-11-22T12:00:03.000Z" },
    since: at(3),
  });
});
