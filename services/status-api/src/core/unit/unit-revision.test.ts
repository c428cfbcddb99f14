import { PendingState } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { desired, digestOf, planned, renderFailed, sha, unit, version } from "../../story/story.fixture.ts";
import { emptySource } from "../source-record.ts";
import type { SourceRecord } from "../source-record.ts";
import { emptyUnit } from "./unit-record.ts";
import type { LiveState, UnitRecord } from "./unit-record.ts";
import { isDesiredLive, revisionOf } from "./unit-revision.ts";

const live = (seq: number, letter: string, change: Partial<LiveState> = {}): LiveState => ({
  revision: sha(letter),
  version: version(seq),
  digest: digestOf(letter),
  since: undefined,
  startedAt: undefined,
  ...change,
});
const record = (change: Partial<UnitRecord>): UnitRecord => ({ ...emptyUnit("prod-eu", "web"), ...change });

describe("what is desired is live", () => {
  const wanted = desired(2, "b");
  test.each<readonly [string, boolean, Partial<UnitRecord>]>([
    ["not where nothing is desired", false, { live: live(2, "b") }],
    ["not where nothing is live", false, { desired: wanted }],
    ["where its very version was applied", true, { desired: wanted, live: live(2, "b") }],
    ["where only the inventory says so", true, { desired: wanted, inventoried: live(2, "b") }],
    [
      "not where the runs say otherwise than the inventory",
      false,
      { desired: wanted, live: live(1, "a"), inventoried: live(2, "b") },
    ],
    [
      "not where an older version is live, though its content is the same",
      false,
      { desired: wanted, live: live(1, "b") },
    ],
    ["not where a newer version is live", false, { desired: wanted, live: live(3, "b") }],
    [
      "not where each is newer in one input",
      false,
      { desired: wanted, live: live(1, "b", { version: { ...version(1), fleet: 9n } }) },
    ],
    [
      "not where that version came to other content",
      false,
      { desired: wanted, live: live(2, "b", { digest: digestOf("x") }) },
    ],
    ["not where no version was told", false, { desired: wanted, live: live(2, "b", { version: undefined }) }],
    [
      "not where no version is desired",
      false,
      { desired: desired(2, "b", { version: undefined }), live: live(2, "b") },
    ],
  ])("%s: %s", (_title, isLive, change) => expect(isDesiredLive(record(change))).toBe(isLive));
});

describe("a unit is at a commit", () => {
  const at = { desired: desired(1, "a"), live: live(1, "a") };
  const source = (change: Partial<SourceRecord>): SourceRecord => ({
    ...emptySource("shop"),
    planComplete: true,
    ...change,
  });
  const plan = (pending: readonly string[], count = pending.length) => ({
    ...planned(
      2,
      "b",
      pending.map((app) => ({ unit: unit(app), state: PendingState.RENDERING, reason: undefined })),
    ),
    pendingCount: count,
  });

  test.each<readonly [string, Partial<UnitRecord>, SourceRecord | undefined, string, string]>([
    ["none, where nothing is known", {}, undefined, "", ""],
    ["that of its desired, where nothing is known of its source", at, undefined, "a", "a"],
    ["that of its desired before any plan", at, source({}), "a", "a"],
    ["the planned one, which did not touch it", at, source({ planned: plan([]) }), "b", "b"],
    ["its own, while it is pending in the plan", at, source({ planned: plan(["web"]) }), "a", "a"],
    ["the planned one, while others are pending", at, source({ planned: plan(["db"]) }), "b", "b"],
    [
      "its own, while not all that the plan touched is seen",
      at,
      source({ planned: plan([]), planComplete: false }),
      "a",
      "a",
    ],
    ["its own, where the list is cut short: it may be in the rest", at, source({ planned: plan(["db"], 2) }), "a", "a"],
    [
      "its own, where it is newer than the plan that was seen",
      { desired: desired(3, "c"), live: live(3, "c") },
      source({ planned: plan([]) }),
      "c",
      "c",
    ],
    [
      "wanted at the planned one, live at what was written",
      { desired: desired(1, "a"), live: live(0, "0") },
      source({ planned: plan([]) }),
      "b",
      "0",
    ],
    [
      "wanted at that of its failure, before anything was rendered",
      { problem: renderFailed(2, "b") },
      source({ planned: plan([]) }),
      "b",
      "",
    ],
    ["live, where nothing is desired any more", { live: live(1, "a") }, undefined, "", "a"],
  ])("%s", (_title, change, of, wanted, written) => {
    const full = (letter: string): string => (letter === "" ? "" : sha(letter));
    expect(revisionOf(record(change), of)).toEqual({ desired: full(wanted), live: full(written) });
  });
});
