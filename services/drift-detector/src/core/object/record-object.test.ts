import { describe, expect, test } from "vitest";

import { idle, itemAt, states } from "../track-object.fixture.ts";
import { record } from "./record-object.ts";

const pending = { ...itemAt(10), record: undefined };
const look = { kind: "look" };

describe("an inventory that was stored", () => {
  test.each([
    ["says nothing new: nothing is judged", states["in sync"], itemAt(10), undefined],
    ["has a newer write", states["in sync"], itemAt(20), look],
    ["has the write of another object by that name", states["in sync"], { ...itemAt(10), uid: "v" }, look],
    ["has its first write", states.unrecorded, itemAt(10), look],
    ["has no write of it yet", states.unrecorded, pending, undefined],
    ["has no write of it any more", states["in sync"], pending, look],
    ["does not want it any more", states["in sync"], itemAt(10, idle.now), undefined],
    ["wants it again", states.surplus, itemAt(10), look],
    ["still does not want it", states.surplus, itemAt(10, idle.now), undefined],
  ])("%s", (_title, before, item, next) => {
    const step = record(before, item);
    expect(step.next).toEqual(next);
    expect(step.effects).toEqual([]);
    expect(step.state.isDesired).toBe(item.absentSince === undefined);
  });

  test.each([
    ["the very version that was seen is seen equal", states["in sync"], itemAt(10), true],
    ["a newer version waits for its event", states["in sync"], itemAt(20), false],
    ["a version while another is kept waits to be judged", states.parked, itemAt(20), false],
    ["no write says nothing of what is live", states["in sync"], pending, false],
  ])("of %s", (_title, before, item, isVerified) => {
    const { state } = record({ ...before, stored: "before", isVerified: !isVerified }, item);
    expect(state.isVerified).toBe(isVerified);
  });

  test("tells the version of our last write by the books alone, and forgets it with them", () => {
    const recorded = record(states.unrecorded, itemAt(20)).state;
    expect([recorded.written, recorded.record?.resourceVersion]).toEqual(["20", "20"]);
    const forgotten = record(recorded, pending).state;
    expect([forgotten.written, forgotten.record]).toEqual(["", undefined]);
  });

  test("makes of what had ended and is gone a question again: a new one was written", () => {
    expect(record(states.done, itemAt(20)).state.sight).toEqual({ kind: "gone" });
    expect(record(states.done, itemAt(10)).state.sight).toEqual({ kind: "done" });
  });

  test("leaves open what is open: only a look ends it", () => {
    const { state } = record(states.found, itemAt(20));
    expect(state.finding).toBe(states.found.finding);
  });
});
