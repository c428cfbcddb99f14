import type { Verdict } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { idle, states } from "../track-object.fixture.ts";
import type { Moment } from "./object-event.ts";
import type { ObjectState } from "./object-state.ts";
import { askOn, begin, doubt, found, settle } from "./settle.ts";

const after = (seconds: number): Moment => ({ ...idle, now: new Date(idle.now.getTime() + seconds * 1_000) });
const kept: ObjectState = { ...states.parked, eventAt: after(1).now, isVerified: true };
const finding = (verdict: Verdict, state = kept, at = after(5)) => found(state, verdict, at);
const kindsOf = ({ effects }: ReturnType<typeof settle>) => effects.map(({ kind }) => kind);

describe("a finding", () => {
  test("is about what is kept, or about an absence", () => {
    expect(finding("DRIFT")).toMatchObject({ uid: "u", resourceVersion: "11", inventoryRevision: 1n, written: "10" });
    expect(finding("MISSING", states.missing)).toMatchObject({ uid: "", resourceVersion: "" });
  });

  test.each<readonly [string, Verdict, Partial<ObjectState>, number]>([
    ["when its event came, not when it was judged", "DRIFT", {}, 1],
    ["when it was judged, where no event led to it", "DRIFT", { eventAt: undefined }, 5],
    ["when the same was found first", "DRIFT", { finding: finding("DRIFT", kept, after(0)) }, 1],
    ["when nobody could say any more, if it turns out so", "MISSING", { finding: finding("UNVERIFIABLE") }, 1],
    ["with its own event, where something else was found before", "OWN", { finding: finding("DRIFT") }, 3],
  ])("began %s", (_title, verdict, change, second) => {
    const state = { ...kept, ...change, ...(change.finding === undefined ? {} : { eventAt: after(3).now }) };
    expect(found(state, verdict, after(5)).onset).toEqual(after(second).now);
  });
});

describe("an object that is judged", () => {
  test("equal is let go, at the version that was last seen, and is no question any more", () => {
    const { state } = settle({ ...kept, looks: 4, confirmedOn: "x", finding: finding("DRIFT") }, undefined, after(5));
    expect(state).toMatchObject({
      sight: { kind: "let-go", version: kept.sight.kind === "kept" ? kept.sight.version : "" },
      finding: undefined,
      eventAt: undefined,
      confirmedOn: "",
      looks: 0,
      isVerified: true,
    });
  });

  test.each(["gone", "done"] as const)("equal while it is %s stays so", (kind) => {
    expect(settle({ ...kept, sight: { kind } }, undefined, idle).state.sight).toEqual({ kind });
  });

  test("not equal is kept, and is verified no more", () => {
    const { state } = settle({ ...kept, looks: 4 }, finding("DRIFT"), after(5));
    expect([state.sight, state.isVerified, state.looks]).toEqual([kept.sight, false, 0]);
  });

  test.each<readonly [string, Partial<ObjectState>, Verdict | undefined, readonly string[]]>([
    ["equal is told", {}, undefined, ["tell"]],
    ["equal after a doubt needs no look", { finding: finding("UNVERIFIABLE") }, undefined, ["look-in", "tell"]],
    ["not equal is measured from its event, and counted", {}, "DRIFT", ["measure", "count", "tell"]],
    ["not equal without an event is only counted", { eventAt: undefined }, "DRIFT", ["count", "tell"]],
    ["not equal still is counted once", { finding: finding("DRIFT") }, "DRIFT", ["measure", "tell"]],
    ["otherwise not equal is counted anew", { finding: finding("OWN") }, "DRIFT", ["measure", "count", "tell"]],
    [
      "not equal after a doubt needs no look",
      { finding: finding("UNVERIFIABLE") },
      "DRIFT",
      ["measure", "count", "look-in", "tell"],
    ],
  ])("%s", (_title, change, verdict, effects) => {
    const state = { ...kept, ...change };
    expect(kindsOf(settle(state, verdict === undefined ? undefined : finding(verdict, state), after(5)))).toEqual(
      effects,
    );
  });

  test("is measured in the time since its event", () => {
    expect(settle(kept, finding("DRIFT"), after(5)).effects).toContainEqual({ kind: "measure", ms: 4_000 });
  });

  test.each([
    ["kubectl-client-side-apply", "human"],
    ["Mozilla", "human"],
    ["helm", "human"],
    ["hpa", "controller"],
    ["my-kubectl", "controller"],
    ["", "controller"],
    ["unknown", "unknown"],
    [undefined, "unknown"],
  ] as const)("not equal by %j counts as that of a %s", (manager, by) => {
    const managers = manager === undefined ? [] : [{ manager, operation: "Update", time: "" }];
    expect(settle(kept, { ...finding("DRIFT"), managers }, after(5)).effects).toContainEqual({ kind: "count", by });
  });
});

describe("an object that nobody can judge", () => {
  test("is looked at ever more rarely, without end, and tells why", () => {
    let state: ObjectState = kept;
    const waits: unknown[] = [];
    for (let n = 0; n < 8; n += 1) {
      const step = doubt(state, "refused", "no", after(n));
      waits.push(...step.effects.flatMap((effect) => (effect.kind === "look-in" ? [effect.ms] : [])));
      state = step.state;
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(state.finding).toMatchObject({ verdict: "UNVERIFIABLE", detail: "no", onset: after(1).now });
  });

  test("is looked at by an event alone where nothing else can change that", () => {
    expect(doubt(kept, "unowned", "no", idle).effects[0]).toEqual({ kind: "look-in", ms: undefined });
  });
});

describe("a question", () => {
  const question = { kind: "check", tries: 0 } as const;
  test("that is begun takes the place of another, whose answer is late from then on", () => {
    const { effects, state } = begin(states.asking, question, { kind: "read" });
    expect(state.question).toEqual({ ...question, turn: states.asking.turn + 1 });
    expect(effects).toEqual([{ kind: "ask", turn: states.asking.turn + 1, ask: { kind: "read" } }]);
  });

  test("that goes on is the same one", () => {
    const asked = begin(states["in sync"], question, { kind: "read" }).state;
    const { effects, state } = askOn(asked, { ...question, turn: asked.turn, tries: 1 }, { kind: "pause", ms: 1 });
    expect([state.turn, state.question]).toEqual([asked.turn, { ...question, turn: asked.turn, tries: 1 }]);
    expect(effects).toEqual([{ kind: "ask", turn: asked.turn, ask: { kind: "pause", ms: 1 } }]);
  });
});
