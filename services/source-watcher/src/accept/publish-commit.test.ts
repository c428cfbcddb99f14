import { BusConflict } from "@evenkeel/bus";
import { Tip } from "@evenkeel/contracts";
import type { CommitObserved } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import type { Deps } from "../deps.ts";
import { publishCommit, toCommitObserved } from "./publish-commit.ts";

const { signal } = new AbortController();
const tipOf = (seq: bigint, acceptedAtMs: number): Tip =>
  Tip.fromPartial({ source: "shop", seq, revision: "r", acceptedAt: new Date(acceptedAtMs) });

/** A bus that keeps the last fact; `rival` is told right before the first that is published. */
const begin = (told?: Tip, rival?: Tip) => {
  const published: bigint[] = [];
  let sequence = told === undefined ? 0 : 1;
  let last = told && toCommitObserved(told, 0);
  let waiting = rival;
  const bus = {
    readLast: async () => (last === undefined ? undefined : { fact: last, sequence }),
    publish: async (_flow: object, fact: CommitObserved, { expectLast }: { readonly expectLast: number }) => {
      if (waiting !== undefined) [last, sequence, waiting] = [toCommitObserved(waiting, 0), sequence + 1, undefined];
      if (expectLast !== sequence) throw new BusConflict("it was written since");
      [last, sequence] = [fact, sequence + 1];
      published.push(fact.seq);
    },
  };
  return { published, tell: (tip: Tip) => publishCommit({ bus } as unknown as Deps, tip, 0, signal) };
};

test.each<[string, Tip | undefined, Tip | undefined, Tip, readonly bigint[]]>([
  ["told where nothing was", undefined, undefined, tipOf(1n, 0), [1n]],
  ["told where an older one was, by a clock that was put back", tipOf(1n, 60_000), undefined, tipOf(2n, 0), [2n]],
  ["not told again", tipOf(2n, 0), undefined, tipOf(2n, 0), []],
  ["not told over a newer one, by a clock that was behind", tipOf(3n, 0), undefined, tipOf(2n, 60_000), []],
  ["told after an older one that came in between", undefined, tipOf(1n, 60_000), tipOf(2n, 0), [2n]],
  ["not told after a newer one that came in between", undefined, tipOf(3n, 0), tipOf(2n, 60_000), []],
])("an accepted tip is %s", async (_title, told, rival, tip, expected) => {
  const { published, tell } = begin(told, rival);
  await tell(tip);
  expect(published).toEqual(expected);
});
