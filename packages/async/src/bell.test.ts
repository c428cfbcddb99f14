import { describe, expect, it } from "vitest";

import { createBell } from "./bell.ts";
import { manualClock } from "./manual-clock.fixture.ts";

const on = new AbortController().signal;
const reason = new Error("it is over");
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What has become of each wait so far. */
const follow = (waits: Readonly<Record<string, Promise<boolean | void>>>) => {
  const ends: string[] = [];
  for (const [name, wait] of Object.entries(waits)) {
    wait.then(
      (result) => ends.push(result === undefined ? name : `${name} ${String(result)}`),
      (error: unknown) => ends.push(`${name} ${String(error)}`),
    );
  }
  return ends;
};

describe("a bell", () => {
  it("wakes all who wait", async () => {
    const bell = createBell();
    const ends = follow({ first: bell.heard(), second: bell.heard(on) });
    await turn();
    expect(ends).toEqual([]);
    bell.ring();
    await turn();
    expect(ends).toEqual(["first", "second"]);
  });

  it("is heard once by the next who waits, however often it rang while nobody did", async () => {
    const bell = createBell();
    bell.ring();
    bell.ring();
    await bell.heard();
    const ends = follow({ next: bell.heard() });
    await turn();
    expect(ends).toEqual([]);
    bell.ring();
    await turn();
    expect(ends).toEqual(["next"]);
  });

  it("lets go of who no longer waits, and rings for the next", async () => {
    const bell = createBell();
    const leaving = new AbortController();
    const left = bell.heard(leaving.signal);
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    bell.ring();
    await bell.heard();
  });
});

describe("a bell that is waited for so long at most", () => {
  it.each([
    ["rings in time", ["ring"], true, []],
    ["rings when the time has just passed, for the next", ["pass", "ring"], false, ["next"]],
    ["does not ring", ["pass"], false, []],
  ])("%s", async (_title, events, isHeard, next) => {
    const [bell, clock] = [createBell(), manualClock()];
    const waiting = bell.heardWithin(1_000, clock.sleep, on);
    for (const event of events) {
      if (event === "ring") bell.ring();
      else void clock.pass(1_000);
    }
    expect(await waiting).toBe(isHeard);
    expect(clock.asleep()).toBe(0);
    const ends = follow({ next: bell.heard() });
    await turn();
    expect(ends).toEqual(next);
  });

  it("is heard at once where it rang before, and leaves no sleep behind", async () => {
    const [bell, clock] = [createBell(), manualClock()];
    bell.ring();
    expect(await bell.heardWithin(1_000, clock.sleep, on)).toBe(true);
    expect(clock.asleep()).toBe(0);
  });

  it("throws the signal's reason when that ends first", async () => {
    const [bell, clock] = [createBell(), manualClock()];
    const ending = new AbortController();
    const waiting = bell.heardWithin(1_000, clock.sleep, ending.signal);
    ending.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(bell.heardWithin(1_000, clock.sleep, ending.signal)).rejects.toBe(reason);
  });
});
