import { CommitPlanned, PendingState } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import { listPending, causeOfPlan, samePending } from "./list-pending.ts";
import { desired, failed, requested, unit, version } from "../decisions.fixture.ts";
import { recall } from "./unit-memory.ts";

const two = version(1n, 2n);
const rendering = { unit: unit("a"), memory: recall({ request: requested(two) }) };
const failing = {
  unit: unit("b"),
  memory: recall({ request: requested(two), failure: failed(two, "x".repeat(5_000)) }),
};
const finished = { unit: unit("c"), memory: recall({ request: requested(two), desired: desired(two) }) };

describe("listPending", () => {
  it("names failed units first and leaves out those that are there", () => {
    const pending = listPending([rendering, finished, failing]);
    expect(pending.units.map(({ unit: of, state }) => [of?.app, state])).toEqual([
      ["b", PendingState.FAILED],
      ["a", PendingState.RENDERING],
    ]);
    expect(pending.count).toBe(2);
  });
  it("keeps within one message: 100 units, short reasons, all of them counted", () => {
    const pending = listPending(Array.from({ length: 300 }, (_none, n) => ({ ...failing, unit: unit(`app-${n}`) })));
    expect(pending.units.length).toBe(100);
    expect(pending.count).toBe(300);
    expect(JSON.stringify(pending.units).length).toBeLessThan(48 * 1024);
  });
  it("knows what was told already", () => {
    const told = (units: Parameters<typeof listPending>[0]) => {
      const { units: pending, count } = listPending(units);
      return { pending: [...pending], pendingCount: count };
    };
    expect(samePending(told([rendering, finished]), listPending([rendering]))).toBe(true);
    expect(samePending(told([rendering]), listPending([finished]))).toBe(false);
  });
  it("gives a list that came back a message id of its own", () => {
    const first = CommitPlanned.fromPartial({ source: "web", seq: 2n });
    const told = { ...first, cause: causeOfPlan(undefined, first) };
    expect(causeOfPlan(told, first)).not.toBe(told.cause);
    expect(causeOfPlan(undefined, first)).toBe(told.cause);
  });
});
