import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { idle, inRun, itemAt, jobAt, states } from "../track-object.fixture.ts";
import type { Moment } from "./object-event.ts";
import type { ObjectState } from "./object-state.ts";
import { lookAgain, noteHealth, see } from "./see-object.ts";
import { record } from "./record-object.ts";

const after = (seconds: number): Moment => ({ ...idle, now: new Date(idle.now.getTime() + seconds * 1_000) });
const synced = states["in sync"];
const asksOf = ({ effects }: ReturnType<typeof see>) =>
  effects.flatMap((effect) => (effect.kind === "ask" ? [effect.ask.kind] : []));

describe("health that time alone ends", () => {
  /** Its controller has half a minute to write a status. */
  const silent = (uid = "u"): KubeObject => ({
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { name: "w", uid, resourceVersion: "1" },
    spec: {},
  });
  const answered: KubeObject = { ...silent(), status: {} };
  const waiting = noteHealth(synced, silent(), idle.now).state;

  test.each([
    ["of what is not judged by time sets no clock", synced, answered, 0, []],
    ["sets a clock at first sight", synced, silent(), 0, [{ kind: "health-in", ms: 30_000 }]],
    ["is not begun anew by a touch", waiting, silent(), 10, [{ kind: "health-in", ms: 20_000 }]],
    ["is begun anew by another object of that name", waiting, silent("v"), 10, [{ kind: "health-in", ms: 30_000 }]],
    [
      "that is over sets no clock, and stops the one that is set",
      waiting,
      silent(),
      30,
      [{ kind: "health-in", ms: undefined }],
    ],
    ["that an event ends stops the clock", waiting, answered, 10, [{ kind: "health-in", ms: undefined }]],
  ])("%s", (_title, before, object, second, effects) => {
    const step = noteHealth(before, object, after(second).now);
    expect(step.effects).toEqual(effects);
    expect(step.state.waiting === undefined).toBe(effects.every(({ ms }) => ms === undefined));
  });

  test("is Progressing before, and well after", () => {
    expect(waiting.health?.status).toBe("Progressing");
    expect(noteHealth(waiting, silent(), after(30).now).state.health?.status).toBe("Healthy");
  });
});

describe("an object that is seen", () => {
  test.each<readonly [string, ObjectState, readonly string[]]>([
    ["as it was recorded asks nothing", synced, []],
    ["though it was gone ends the question whether it is", states.checking, []],
    ["though it had ended is judged like any other", states.done, []],
  ])("%s", (_title, before, asks) => {
    const step = see(before, jobAt(10, "git"), idle);
    expect(asksOf(step)).toEqual(asks);
    expect([step.state.question, step.state.isVerified]).toEqual([undefined, true]);
    expect(step.effects.at(-1)).toEqual({ kind: "tell" });
  });

  test("keeps the moment of its first event until it is judged", () => {
    const first = see(synced, jobAt(11, "hand"), after(1)).state;
    expect(see(first, jobAt(12, "hand"), after(2)).state.eventAt).toEqual(after(1).now);
  });

  test("older than what was seen changes nothing but what was seen last", () => {
    const later = see(synced, jobAt(30, "git"), idle).state;
    expect(see(later, jobAt(20, "hand"), idle).state).toMatchObject({ isVerified: true, finding: undefined });
  });

  test("changed in the same way as was found asks no second dry-run, against the same inventory", () => {
    expect(asksOf(see(states.found, jobAt(12, "hand"), idle))).toEqual([]);
    expect(asksOf(see(states.found, jobAt(12, "other"), idle))).toEqual(["catch-up"]);
    expect(asksOf(see(states.found, jobAt(12, "hand"), { ...idle, inventoryRevision: 2n }))).toEqual(["catch-up"]);
  });

  test("while a question about it is open asks no other one, and is judged after it", () => {
    const { effects, state } = see(states.asking, jobAt(12, "hand"), idle);
    expect(effects).toEqual([{ kind: "tell" }]);
    expect(state.question).toMatchObject({ kind: "confirm", turn: states.asking.turn, isSeenAgain: true });
  });
});

describe("an object that is looked at again", () => {
  const letGo = (version: string, recorded: number): ObjectState =>
    record({ ...synced, sight: { kind: "let-go", version }, isVerified: false }, itemAt(recorded)).state;
  const unordered: Moment = { ...idle, context: { ...idle.context, versionsOrdered: false } };

  test.each<readonly [string, ObjectState, Moment, readonly string[], boolean]>([
    ["at the version of its record is equal", letGo("20", 20), idle, [], true],
    ["that was seen before its record waits for its event", letGo("9", 20), idle, [], false],
    ["that was seen before its record, by length of the number too", letGo("9", 10), idle, [], false],
    ["that was seen after its record is read again", letGo("30", 20), idle, ["read"], false],
    ["is read again where versions have no order", letGo("9", 20), unordered, ["read"], false],
    ["is left alone in a run", letGo("30", 20), inRun, [], false],
    ["that was never seen waits for its event", states.unseen, idle, [], false],
    ["without a record says nothing", states.unrecorded, idle, [], false],
    ["that has ended and is gone is left alone", states.done, idle, [], true],
    ["that is kept is judged", states.parked, idle, ["catch-up"], false],
  ])("%s", (_title, state, at, asks, isVerified) => {
    const step = lookAgain(state, at);
    expect(asksOf(step)).toEqual(asks);
    expect(step.state.isVerified).toBe(isVerified);
    expect(step.next).toBeUndefined();
  });

  test("and is gone is missed again", () => {
    expect(lookAgain(states["gone in a run"], idle).next).toEqual({ kind: "left", last: undefined });
  });
});
