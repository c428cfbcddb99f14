import { ApplyCause, ApplyResult, flows, Health, LineageStatement } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { createProjection } from "../../follow/projection.ts";
import * as story from "../../story/story.fixture.ts";
import { changeCause } from "./change-cause.ts";
import { timesOf } from "./unit-times.ts";

type Step = readonly [keyof typeof flows, object];
const { at, desired, drift, health, observed, resolved, run, version } = story;
/** What a commit of the fleet made of the commit 3 of the source. */
const ofFleet = (seq: number, over: Parameters<typeof desired>[2]) =>
  desired(3, "a", {
    version: { ...version(3), fleet: BigInt(seq) },
    fleetStatement: LineageStatement.fromPartial({ source: "_fleet", tip: story.sha("f"), seq: BigInt(seq) }),
    ...over,
  });

const timesAfter = (...steps: readonly Step[]) => {
  const projection = createProjection(() => at(0));
  for (const [flow, fact] of steps) projection.fold(flows[flow].type, fact);
  const record = projection.record("prod-eu", "web");
  const fleet = projection.sources().find(({ source }) => source === "_fleet");
  return record === undefined ? undefined : timesOf(record, changeCause(record, fleet));
};

const live: readonly Step[] = [
  ["desiredStateChanged", desired(3, "a")],
  ["applyFinished", run(3, "a")],
  ["healthChanged", health(3, "a")],
];
const corrected = run(3, "a", {
  result: ApplyResult.CORRECTED,
  applyCause: ApplyCause.DRIFT,
  startedAt: at(48),
  endedAt: at(49),
});
const known = { commitToLiveMs: 700n, renderMs: 200n, applyMs: 400n, healthyMs: 1300n };
const unknown = { commitToLiveMs: 0n, renderMs: 0n, applyMs: 0n, healthyMs: 0n };

describe("how long the way of a commit took", () => {
  test.each<readonly [string, readonly Step[], typeof known]>([
    ["is told by the run that wrote it", live, known],
    [
      "is not changed by drift and its correction, however late",
      [
        ...live,
        ["driftDetected", drift(3, "a", "1")],
        ["healthChanged", health(3, "a", { health: Health.PROGRESSING, at: at(47) })],
        ["applyFinished", corrected],
        ["driftResolved", resolved("1")],
        ["healthChanged", health(3, "a", { at: at(52), cause: "again" })],
      ],
      known,
    ],
    ["is not known where only a correction is kept", [live[0]!, ["applyFinished", corrected], live[2]!], unknown],
    ["is not known before it is live", live.slice(0, 1), unknown],
    [
      "is not that of the last commit once a newer one is desired",
      [...live, ["desiredStateChanged", desired(4, "b")]],
      unknown,
    ],
    [
      "begins with the fleet's commit where that caused it, not with the older one of its source",
      [
        ["commitObserved", { ...observed(5, "f"), source: "_fleet", observedAt: at(100) }],
        ["desiredStateChanged", ofFleet(5, { observedAt: at(3), renderedAt: at(101) })],
        ["applyFinished", run(3, "a", { version: { ...version(3), fleet: 5n }, startedAt: at(101), endedAt: at(102) })],
      ],
      { commitToLiveMs: 2000n, renderMs: 1000n, applyMs: 1000n, healthyMs: 0n },
    ],
    [
      "is not known of a fleet's commit that is not known any more",
      [
        ["desiredStateChanged", ofFleet(5, { observedAt: at(3), renderedAt: at(101) })],
        ["applyFinished", run(3, "a", { version: { ...version(3), fleet: 5n }, startedAt: at(101), endedAt: at(102) })],
      ],
      { commitToLiveMs: 0n, renderMs: 0n, applyMs: 1000n, healthyMs: 0n },
    ],
    [
      "does not begin with a commit where another set of tools caused it",
      [
        ["desiredStateChanged", desired(3, "a", { version: { ...version(3), tools: 9n } })],
        ["applyFinished", run(3, "a", { version: { ...version(3), tools: 9n } })],
      ],
      { commitToLiveMs: 0n, renderMs: 0n, applyMs: 400n, healthyMs: 0n },
    ],
  ])("%s", (_title, steps, expected) => {
    expect(timesAfter(...steps)).toEqual(expected);
  });
});
