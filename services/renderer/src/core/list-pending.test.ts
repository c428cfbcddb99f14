import { PendingState } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import { listPending } from "./list-pending.ts";
import { desired, failed, requested, unit, version } from "./testdata.ts";

const two = version(1n, 2n);
const rendering = { unit: unit("a"), memory: { request: requested(two) } };
const failing = { unit: unit("b"), memory: { request: requested(two), failure: failed(two, "x".repeat(5_000)) } };
const finished = { unit: unit("c"), memory: { request: requested(two), desired: desired(two) } };

describe("listPending", () => {
  it("names failed units first and leaves out those that are there", () => {
    const pending = listPending([rendering, finished, failing], "2");
    expect(pending.units.map(({ unit: of, state }) => [of?.app, state])).toEqual([
      ["b", PendingState.FAILED],
      ["a", PendingState.RENDERING],
    ]);
    expect(pending.count).toBe(2);
  });
  it("keeps within one message: 100 units, short reasons, all of them counted", () => {
    const pending = listPending(
      Array.from({ length: 300 }, (_none, n) => ({ ...failing, unit: unit(`app-${n}`) })),
      "2",
    );
    expect(pending.units.length).toBe(100);
    expect(pending.count).toBe(300);
    expect(JSON.stringify(pending.units).length).toBeLessThan(48 * 1024);
  });
  it("changes its cause with the list and with the commit, and with nothing else", () => {
    const cause = (...list: Parameters<typeof listPending>): string => listPending(...list).cause;
    expect(cause([rendering, finished], "2")).toBe(cause([rendering], "2"));
    expect(cause([rendering], "2")).not.toBe(cause([finished], "2"));
    expect(cause([rendering], "2")).not.toBe(cause([rendering], "3"));
  });
});
