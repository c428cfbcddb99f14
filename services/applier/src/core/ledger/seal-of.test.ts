import { EntryKind, LedgerEntry, Seal } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { OPEN, carriedFrom, openedBy, runsClosedBy, standingBefore } from "./seal-of.ts";

const { INTENT, OUTCOME, SEAL, TAKEOVER } = EntryKind;
const writes = (app: string, run: string, more: object = {}) => ({
  unit: { cluster: "c", app, appUid: `uid-${app}` },
  version: { fleet: 1n },
  writes: Array.from({ length: 20 }, (_, n) => ({ ref: { kind: "ConfigMap", name: `m${n}` } })),
  run,
  ...more,
});
const entries = (...steps: readonly (readonly [EntryKind, ...object[]])[]): readonly LedgerEntry[] =>
  steps.map(([kind, ...units], index) => LedgerEntry.fromPartial({ n: BigInt(index + 1), kind, epoch: 7n, units }));
const emptySeal = Seal.fromPartial({});
const told = ({ units }: ReturnType<typeof carriedFrom>) =>
  units.map(({ n, result, run, unit }) => `${unit?.app} ${run} ${n} ${result}`.trim());

describe("of what is sealed, is carried", () => {
  test("an intent without an outcome, in full", () => {
    const carried = carriedFrom(entries([INTENT, writes("a", "r1"), writes("b", "r2")], [OUTCOME, writes("a", "r1")]));
    expect(told(carried)).toEqual([`b r2 1 ${OPEN}`, "a r1 2"]);
    expect(carried.units[0]?.writes).toHaveLength(20);
  });

  test("the last runs of each unit, however long it was quiet, with a few of their writes", () => {
    const runs = Array.from({ length: 40 }, (_, n) => [OUTCOME, writes("busy", `r${n}`)] as const);
    const carried = carriedFrom(entries([OUTCOME, writes("quiet", "q")], ...runs));
    expect(told(carried)).toEqual(["quiet q 1", ...[35, 36, 37, 38, 39].map((n) => `busy r${n} ${n + 2}`)]);
    for (const { writes: each } of carried.units) expect(each).toHaveLength(3);
  });

  test("what an earlier seal carried, until it is over", () => {
    const [sealed] = entries([
      SEAL,
      writes("a", "r1", { n: 1n, result: OPEN }),
      writes("q", "r0", { n: 0n, result: "done" }),
    ]);
    const closing = { ...entries([OUTCOME, writes("a", "r1")])[0]!, n: 2n };
    expect(told(carriedFrom([sealed!]))).toEqual(["q r0 0 done", `a r1 1 ${OPEN}`]);
    expect(told(carriedFrom([sealed!, closing]))).toEqual(["q r0 0 done", "a r1 2"]);
    // Where the outcome lies before the seal that still carries the intent.
    expect(told(carriedFrom([closing, { ...sealed!, n: 3n }]))).toEqual(["q r0 0 done", "a r1 2"]);
  });

  test("of a removed unit nothing but an intent without an outcome", () => {
    const all = entries([OUTCOME, writes("a", "r1"), writes("gone", "r2")], [INTENT, writes("gone", "r3")]);
    const isGone = ({ app }: { readonly app: string }): boolean => app === "gone";
    expect(told(carriedFrom(all, { isGone }))).toEqual(["a r1 1", `gone r3 2 ${OPEN}`]);
    // An earlier seal's, too.
    const [sealed] = entries([SEAL, writes("gone", "r0", { n: 0n, result: "done" })]);
    expect(told(carriedFrom([sealed!], { isGone }))).toEqual([]);
  });

  test.each([
    ["all where there is room", 1_000_000, [5, 3]],
    ["the last run of each unit where there is less", 20_000, [1, 3]],
    ["none of its writes where there is still less, but always the run", 0, [1, 0]],
  ])("%s", (_title, budget, [runs, each]) => {
    const apps = Array.from({ length: 50 }, (_, n) => `app${n}`);
    const outcomes = Array.from({ length: 6 }, (_, round) => apps.map((app) => writes(app, `${app}.${round}`)));
    const all = entries(...outcomes.map((units) => [OUTCOME, ...units] as const), [INTENT, writes("app0", "open")]);
    const { units } = carriedFrom(all, { budget });
    const kept = units.filter(({ result }) => result !== OPEN);
    expect(kept).toHaveLength(50 * (runs ?? 0));
    for (const { run, unit, version, writes: left } of kept) {
      expect(left).toHaveLength(each ?? 0);
      expect(version?.fleet).toBe(1n);
      if (runs === 1) expect(run).toBe(`${unit?.app}.5`);
    }
    expect(units.at(-1)).toMatchObject({ run: "open", result: OPEN });
    expect(units.at(-1)?.writes).toHaveLength(20);
  });

  test("where each term began, the newest thousand", () => {
    const terms = Array.from({ length: 1_200 }, (_, n) =>
      LedgerEntry.fromPartial({ n: BigInt(n + 1), kind: TAKEOVER, epoch: BigInt(n + 10) }),
    );
    const { epochs } = carriedFrom(terms);
    expect([epochs.length, epochs[0], epochs.at(-1)]).toEqual([
      1_000,
      { epoch: 210n, n: 201n },
      { epoch: 1_209n, n: 1_200n },
    ]);
  });
});

const seal = {
  epochs: [
    { epoch: 5n, n: 1n },
    { epoch: 9n, n: 10n },
  ],
  lastN: 20n,
  lastHash: "h",
};
test.each([
  ["an entry of the term that wrote the anchor is of this chain", { epoch: 5n, n: 9n }, "ours"],
  ["so is one of the last term", { epoch: 9n, n: 15n }, "ours"],
  ["the sealed entry itself counts by its hash", { epoch: 9n, n: 20n }, "foreign"],
  ["an entry of another term's place is not", { epoch: 5n, n: 10n }, "foreign"],
  ["nor one before its term began", { epoch: 9n, n: 9n }, "foreign"],
  ["nor one of a term that this chain never had", { epoch: 7n, n: 9n }, "foreign"],
  ["a term before the chain's first is of a chain that was lost", { epoch: 4n, n: 900n }, "of a lost chain"],
])("%s", (_title, anchored, wanted) => expect(standingBefore(seal, { hash: "x", ...anchored })).toBe(wanted));

test("a term that is older than what the seal remembers proves nothing", () => {
  const forgotten = { ...seal, epochs: seal.epochs.slice(1) };
  expect(standingBefore(forgotten, { hash: "x", epoch: 5n, n: 2n })).toBe("unproven");
});

test.each([
  ["an intent opens its runs", INTENT, ["r1", "r2"], []],
  ["an outcome closes them", OUTCOME, [], ["r1", "r2"]],
  ["a seal opens again what it carries open, and closes nothing", SEAL, ["r2"], []],
  ["a takeover does neither", TAKEOVER, [], []],
] as const)("%s", (_title, kind, opened, closed) => {
  const [entry] = entries([kind, writes("a", "r1", { result: "done" }), writes("b", "r2", { result: OPEN })]);
  expect(openedBy(entry!).map(({ run }) => run)).toEqual(opened);
  expect(runsClosedBy(entry!)).toEqual(closed);
});

test("an earlier seal says where terms began whose entries are gone", () => {
  const [seal] = entries([SEAL]);
  const told = {
    ...seal!,
    n: 50n,
    epoch: 9n,
    seal: {
      ...emptySeal,
      epochs: [
        { epoch: 5n, n: 1n },
        { epoch: 9n, n: 30n },
      ],
    },
  };
  expect(carriedFrom([told, { ...seal!, n: 60n, epoch: 11n }]).epochs).toEqual([
    { epoch: 5n, n: 1n },
    { epoch: 9n, n: 30n },
    { epoch: 11n, n: 60n },
  ]);
});
