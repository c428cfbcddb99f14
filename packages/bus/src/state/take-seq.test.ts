import type { SeqCounter } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { BusConflict } from "../bus-errors.ts";
import type { Bus } from "../port.ts";
import { raiseSeq, takeNumber, takeSeq } from "./take-seq.ts";

const { signal } = new AbortController();

/** A bus that has this counter and nothing else. */
const counting = (first?: SeqCounter): Pick<Bus, "ownState"> => {
  let stored = first === undefined ? undefined : { value: first, revision: 1 };
  const store = (value: SeqCounter): number => {
    stored = { value, revision: (stored?.revision ?? 0) + 1 };
    return stored.revision;
  };
  const counter = {
    get: async () => stored,
    put: async (_key: object, value: SeqCounter) => store(value),
    update: async (_key: object, value: SeqCounter, revision: number) => {
      if ((stored?.revision ?? 0) !== revision) throw new BusConflict("it was written since");
      return store(value);
    },
  };
  return { ownState: () => counter } as unknown as Pick<Bus, "ownState">;
};

test("two that ask in the same moment are given two numbers", async () => {
  const bus = counting();
  const given = await Promise.all([takeSeq(bus, signal), takeSeq(bus, signal), takeSeq(bus, signal)]);
  expect(new Set(given)).toEqual(new Set([1n, 2n, 3n]));
});

test.each<[string, SeqCounter, SeqCounter]>([
  ["goes on above it", { last: 3n, floor: 0n }, { last: 8n, floor: 7n }],
  [
    "keeps the numbers that are above it by now, and numbers anew what is below",
    { last: 9n, floor: 0n },
    { last: 10n, floor: 7n },
  ],
  ["is told nothing new by what is below an earlier one", { last: 9n, floor: 8n }, { last: 10n, floor: 8n }],
])("a counter that hears of 7 on a cluster %s", async (_title, before, after) => {
  const bus = counting(before);
  expect(await raiseSeq(bus, 7n, signal)).toBe(after.floor);
  expect(await takeNumber(bus, signal)).toEqual(after);
});
