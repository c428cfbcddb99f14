import type { Bus } from "@evenkeel/bus";
import { EntryKind } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { emptyAnchor } from "../core/anchor/anchor-document.ts";
import { readChain } from "../core/ledger/verify-chain.ts";
import { AuditUnavailable } from "../write/write-refused.ts";
import { cluster, startChains, writesOf } from "./chain-story.fixture.ts";
import type { ChainStory } from "./chain-story.fixture.ts";
import { continueChain } from "./continue-chain.ts";

const signal = AbortSignal.timeout(120_000);

type Fault = "not sent" | "answer lost";

/** A bus that is away while `fault` says so: what is published does not arrive, or arrives and is not answered. */
const startFlaky = (bus: Bus) => {
  let fault: Fault | undefined;
  const publish = async (...args: Parameters<Bus["publish"]>) => {
    if (fault !== "not sent") {
      const answer = await bus.publish(...args);
      if (fault === undefined) return answer;
    }
    throw new Error("the bus is away");
  };
  const readLast = async (...args: Parameters<Bus["readLast"]>) => {
    if (fault !== undefined) throw new Error("the bus is away");
    return bus.readLast(...args);
  };
  const flaky = new Proxy(bus, {
    get: (target, name) => {
      if (name === "publish") return publish;
      if (name === "readLast") return readLast;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return { bus: flaky, turn: (to: Fault | undefined): void => void (fault = to) };
};

/** Kinds and results of all entries, and what is open at their end. */
const told = async (story: ChainStory) => {
  const entries = await story.entries(0);
  const results = entries.flatMap(({ fact }) =>
    fact.units.map(({ run, result }) => `${run} ${fact.kind === EntryKind.OUTCOME ? result : "begun"}`),
  );
  return { results, open: [...readChain(entries, undefined, cluster).open.keys()] };
};

test.each<[string, Fault]>([
  ["did not reach the bus is told once it answers", "not sent"],
  ["was stored and not answered is not told twice", "answer lost"],
])("an outcome that %s", async (_title, fault) => {
  await using story = await startChains();
  const { bus, turn } = startFlaky(story.bus);
  const { chain } = await story.own(0, { bus });
  await chain.append(EntryKind.INTENT, writesOf("app", "r1", 1));
  const before = chain.settled;
  turn(fault);
  await expect(chain.append(EntryKind.OUTCOME, writesOf("app", "r1", 1, "applied"))).rejects.toThrow(AuditUnavailable);
  await expect(chain.tellOwed()).rejects.toThrow(AuditUnavailable);
  expect(chain.settled).toEqual(before);
  turn(undefined);
  await chain.tellOwed();
  await chain.tellOwed();
  expect(await told(story)).toEqual({ results: ["r1 begun", "r1 applied"], open: [] });
  expect(chain.settled).toEqual(chain.head);
});

test("an outcome that is owed is told by the next append, whatever that is about", async () => {
  await using story = await startChains();
  const { bus, turn } = startFlaky(story.bus);
  const { chain } = await story.own(0, { bus });
  await chain.append(EntryKind.INTENT, writesOf("app", "r1", 1));
  turn("not sent");
  await expect(chain.append(EntryKind.OUTCOME, writesOf("app", "r1", 1, "applied"))).rejects.toThrow(AuditUnavailable);
  turn(undefined);
  await chain.append(EntryKind.INTENT, writesOf("other", "r2", 1));
  await chain.append(EntryKind.OUTCOME, writesOf("other", "r2", 1, "applied"));
  const { results, open } = await told(story);
  expect(results.toSorted()).toEqual(["r1 applied", "r1 begun", "r2 applied", "r2 begun"]);
  expect(open).toEqual([]);
});

test.each<[string, Fault, readonly string[]]>([
  ["was stored and not answered is closed as one that wrote nothing", "answer lost", ["r1 begun", "r1 interrupted"]],
  ["did not reach the bus is no intent, and has no outcome", "not sent", []],
])("an intent that %s", async (_title, fault, results) => {
  await using story = await startChains();
  const { bus, turn } = startFlaky(story.bus);
  const { chain } = await story.own(0, { bus });
  turn(fault);
  await expect(chain.append(EntryKind.INTENT, writesOf("app", "r1", 1))).rejects.toThrow(AuditUnavailable);
  turn(undefined);
  await chain.tellOwed();
  expect(await told(story)).toEqual({ results, open: [] });
  const last = (await story.entries(0)).at(-1)?.fact.units[0]?.writes.map(({ result }) => result);
  if (results.length > 0) expect(new Set(last)).toEqual(new Set(["not-tried"]));
});

test("an anchor names no entry after an intent that is open: the next owner closes it, however much came after", async () => {
  await using story = await startChains();
  const owner = await story.own(0);
  await owner.chain.append(EntryKind.INTENT, writesOf("slow", "left-open", 7));
  await owner.work(5);
  const anchor = { ...emptyAnchor, epoch: owner.lease.epoch, head: owner.chain.settled };
  expect(anchor.head?.n).toBe(1n);
  const next = await story.own(0);
  await continueChain({ ...next, bus: story.bus }, cluster, anchor, signal);
  const { results, open } = await told(story);
  expect(results.at(-1)).toBe("left-open interrupted");
  expect(open).toEqual([]);
});

test("an owner that reads its own chain closes nothing that it has open itself, and tells no end twice", async () => {
  await using story = await startChains();
  const first = await story.own(0);
  await first.chain.append(EntryKind.INTENT, writesOf("gone", "of-the-first", 7));
  const anchor = { ...emptyAnchor, epoch: first.lease.epoch, head: first.chain.settled };
  const { bus, turn } = startFlaky(story.bus);
  const next = await story.own(0, { bus });
  await next.chain.append(EntryKind.INTENT, writesOf("ours", "of-the-next", 7));
  turn("not sent");
  await expect(continueChain(next, cluster, anchor, signal)).rejects.toThrow(AuditUnavailable);
  turn("answer lost");
  await expect(continueChain(next, cluster, anchor, signal)).rejects.toThrow(AuditUnavailable);
  turn(undefined);
  await continueChain(next, cluster, anchor, signal);
  const { results, open } = await told(story);
  expect(results).toEqual(["of-the-first begun", "of-the-next begun", "of-the-first interrupted"]);
  expect(open).toEqual(["of-the-next"]);
});
