import { expect, test } from "vitest";

import { assignShards } from "./rendezvous.ts";

const shards = (count: number) => Array.from({ length: count }, (_unused, n) => String(n));
const instances = (count: number, seed = 0) => Array.from({ length: count }, (_unused, n) => `pod-${seed}-${n}`);
const loads = (owners: ReadonlyMap<string, string>, members: readonly string[]) =>
  members.map((member) => [...owners.values()].filter((owner) => owner === member).length);

test.each([
  [8, 1],
  [8, 2],
  [32, 16],
  [32, 5],
  [3, 7],
])("%i shards on %i instances: every shard has one owner and nobody more than his share", (count, members) => {
  for (let seed = 0; seed < 50; seed++) {
    const names = instances(members, seed);
    const owners = assignShards(shards(count), names);
    expect(owners.size).toBe(count);
    expect(Math.max(...loads(owners, names))).toBeLessThanOrEqual(Math.ceil(count / members));
  }
});

test("no instance of two idles over eight shards, whatever their names", () => {
  for (let seed = 0; seed < 200; seed++) {
    const names = instances(2, seed);
    expect(Math.min(...loads(assignShards(shards(8), names), names))).toBe(4);
  }
});

test("the order in which names are given does not matter", () => {
  const names = instances(5);
  const turned = assignShards(shards(32).toReversed(), names.toReversed());
  expect(Object.fromEntries(assignShards(shards(32), names))).toEqual(Object.fromEntries(turned));
});

// From 15 to 16 instances the share falls from three to two, and more must move: 27 %.
test("a join that leaves the share as it is moves few shards", () => {
  let moved = 0;
  for (let seed = 0; seed < 100; seed++) {
    const names = instances(16, seed);
    const before = assignShards(shards(32), names);
    const after = assignShards(shards(32), [...names, `pod-${seed}-new`]);
    moved += [...after].filter(([shard, owner]) => before.get(shard) !== owner).length / 32;
  }
  expect(moved / 100).toBeLessThan(0.12);
});

test("nobody there owns nothing", () => {
  expect(assignShards(shards(4), []).size).toBe(0);
});
