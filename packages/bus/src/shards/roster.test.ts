import { Member } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { createRoster } from "./roster.ts";
import { decideRival } from "./same-instance.ts";

const member = (...capabilities: string[]): Member => Member.fromPartial({ capabilities });

/** A roster of the instance `me`, with a clock of its own. */
const setUp = () => {
  let now = 0;
  let changes = 0;
  const roster = createRoster("me", { monotonic: () => now });
  roster.onChange(() => changes++);
  return { roster, changes: () => changes, after: (ms: number) => (now += ms) };
};

test("a member is there until it leaves, and we are there from the start", () => {
  const { roster } = setUp();
  expect(roster.instances()).toEqual(["me"]);
  roster.see("other", member());
  expect(roster.instances()).toEqual(["me", "other"]);
  roster.see("other", undefined);
  expect(roster.instances()).toEqual(["me"]);
});

test("who is not heard of is gone, though nobody told", () => {
  const { after, roster } = setUp();
  roster.see("other", member());
  after(14_000);
  roster.see("me", member());
  expect(roster.instances()).toEqual(["me", "other"]);
  after(2000);
  expect(roster.instances()).toEqual(["me"]);
});

test("while our own announcements do not come back, nobody is taken for gone", () => {
  const { after, roster } = setUp();
  roster.see("me", member());
  roster.see("other", member());
  after(60_000);
  expect([roster.isSure(), roster.instances()]).toEqual([false, ["me", "other"]]);
});

test("a replay leaves out who is gone, and nobody is gone before its end", () => {
  const { roster } = setUp();
  roster.see("me", member());
  roster.see("left", member());
  roster.see("stays", member());
  roster.doubt();
  roster.see("stays", member());
  expect(roster.instances()).toEqual(["left", "me", "stays"]);
  roster.settle();
  expect(roster.instances()).toEqual(["me", "stays"]);
});

test("only what changes who is there, or what they can, is told", () => {
  const { changes, roster } = setUp();
  roster.see("other", member("a"));
  roster.see("other", member("a"));
  expect(changes()).toBe(1);
  roster.see("other", member("b"));
  expect(changes()).toBe(2);
});

test("a capability counts for those that announce it, ourselves too", () => {
  const { roster } = setUp();
  roster.see("me", member("a"));
  roster.see("other", member("b"));
  roster.see("drains", Member.fromPartial({ capabilities: ["b"], draining: true }));
  expect([roster.instances("a"), roster.instances("b"), roster.instances("c")]).toEqual([["me"], ["other"], []]);
});

const run = (session: string, startedAtMs: bigint) => ({ session, startedAtMs });

test.each([
  ["our own", run("a", 1n), run("a", 1n), "ours"],
  ["one of a version that names no run", run("a", 1n), run("", 0n), "ours"],
  ["of one that began earlier", run("a", 2n), run("b", 1n), "we give way"],
  ["of one that began later", run("a", 1n), run("b", 2n), "they give way"],
  ["of one that began in the same millisecond", run("a", 1n), run("b", 1n), "they give way"],
  ["and the other comes to the same", run("b", 1n), run("a", 1n), "we give way"],
])("an announcement under our id: %s", (_title, ours, seen, rivalry) => {
  expect(decideRival(ours, seen)).toBe(rivalry);
});
