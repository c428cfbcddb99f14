import { describe, expect, test } from "vitest";

import { createWriteJudge } from "./judge-writes.ts";
import type { SeenWrite, Stamped } from "./seen-write.ts";

const stamped = (stamp: number, epoch = 1, seq = stamp): Stamped => ({ stamp, appUid: "a1", seq, epoch });
const write = (given: Partial<SeenWrite>): SeenWrite => ({
  cluster: "c0",
  by: "applier-0.1",
  type: "MODIFIED",
  name: "o1",
  uid: "u1",
  after: stamped(1),
  before: undefined,
  lost: [],
  ...given,
});

const judged = (writes: readonly SeenWrite[], mayBeGone = true): readonly string[] => {
  const told: string[] = [];
  const judge = createWriteJudge({ partitionOf: () => 3, mayBeGone: () => mayBeGone }, (invariant) =>
    told.push(invariant),
  );
  for (const each of writes) judge(each);
  return told;
};

describe("a write", () => {
  test.each<[string, readonly SeenWrite[], readonly string[]]>([
    ["of newer over older is good", [write({ after: stamped(1) }), write({ after: stamped(2) })], []],
    ["of the same again is good", [write({ after: stamped(2) }), write({ after: stamped(2) })], []],
    [
      "of older over newer is not",
      [write({ after: stamped(2) }), write({ after: stamped(1, 1, 3) })],
      ["version.monotone"],
    ],
    [
      "under an older number is not",
      [write({ after: stamped(2, 1, 9) }), write({ after: stamped(3, 1, 8) })],
      ["version.monotone"],
    ],
    ["of another object is another matter", [write({ after: stamped(2) }), write({ name: "o2" })], []],
    ["by people is theirs", [write({ after: stamped(2) }), write({ by: undefined, after: stamped(1) })], []],
    [
      "under an ended term is not good",
      [write({ after: stamped(1, 2) }), write({ name: "o2", after: stamped(1, 1) })],
      ["write.one-writer"],
    ],
    ["under an ended term of another cluster is", [write({ after: stamped(1, 2) }), write({ cluster: "c1" })], []],
    ["that takes others' values out is not", [write({ lost: ["data.theirs"] })], ["write.foreign-fields"]],
    ["that deletes what is not ours is not", [write({ type: "DELETED" })], ["prune.marks"]],
    ["that deletes what nobody wants is good", [write({ type: "DELETED", before: stamped(1) })], []],
  ])("%s", (_, writes, told) => {
    expect(judged(writes)).toEqual(told);
  });

  test("that deletes what is wanted is not good", () => {
    expect(judged([write({ type: "DELETED", before: stamped(1) })], false)).toEqual(["prune.not-desired"]);
  });
});
