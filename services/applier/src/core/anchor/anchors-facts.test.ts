import { LineageStatement } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { noVersion } from "../unit-version.ts";
import { emptyAnchor } from "./anchor-document.ts";
import type { Anchor, AnchoredApp } from "./anchor-document.ts";
import { anchorsFacts } from "./anchors-facts.ts";

const at = new Date(0);
const statement = (source: string, seq: bigint, change: Partial<LineageStatement> = {}): LineageStatement =>
  LineageStatement.fromPartial({
    source,
    gitRef: "refs/heads/main",
    lineage: "l",
    tip: `tip-${seq}`,
    seq,
    signature: "s",
    ...change,
  });
const anchor = (part: Partial<Anchor>, ...apps: readonly Partial<AnchoredApp>[]): Anchor => ({
  ...emptyAnchor,
  ...part,
  apps: new Map(
    apps.map((app, n) => [`uid${n}`, { version: noVersion, digest: "", lineage: undefined, ledger: 1n, ...app }]),
  ),
});
const facts = (...anchors: readonly Anchor[]) => anchorsFacts("prod", anchors, "", at);

describe("the largest number that a cluster was given", () => {
  test.each([
    ["is 0 where no anchor is there", [], 0n],
    ["is 0 where the anchors are empty", [anchor({})], 0n],
    ["is that of an application", [anchor({}, { version: { ...noVersion, tools: 8n } })], 8n],
    ["is that of a tombstone", [anchor({ gone: new Map([["u", 9n]]) }, { version: { ...noVersion, fleet: 8n } })], 9n],
    ["is the floor that many tombstones became", [anchor({ floor: 9n, placement: 4n })], 9n],
    ["is that of the placement", [anchor({ floor: 4n, placement: 9n })], 9n],
    ["is that of whichever anchor has it", [anchor({ floor: 2n }), anchor({ floor: 9n }), anchor({ floor: 3n })], 9n],
  ])("%s", (_title, anchors, seq) => expect(facts(...anchors).map((fact) => fact.seq)).toEqual([seq]));
});

describe("of the lineages that a cluster was given, is told", () => {
  test.each([
    ["none where none was", [anchor({}, {})], []],
    ["that of the fleet too", [anchor({ fleet: statement("_fleet", 3n) })], ["_fleet 3"]],
    [
      "the newest of each, whichever anchor has it",
      [anchor({}, { lineage: statement("shop", 5n) }), anchor({}, { lineage: statement("shop", 4n) })],
      ["shop 5"],
    ],
    [
      "each history of a source by itself",
      [anchor({}, { lineage: statement("shop", 5n) }, { lineage: statement("shop", 4n, { lineage: "rewritten" }) })],
      ["shop 5", "shop 4"],
    ],
    [
      "each Git ref of a source by itself",
      [anchor({}, { lineage: statement("shop", 5n) }, { lineage: statement("shop", 4n, { gitRef: "refs/tags/v1" }) })],
      ["shop 5", "shop 4"],
    ],
    ["one that was numbered 0", [anchor({}, { lineage: statement("shop", 0n) })], ["shop 0"]],
  ])("%s", (_title, anchors, told) => {
    const [fact] = facts(...anchors);
    expect(fact?.lineages.map(({ source, seq }) => `${source} ${seq}`)).toEqual(told);
    expect(fact?.lineages.every(({ signature }) => signature === "")).toBe(true);
  });
});

describe("what the anchors of a cluster say", () => {
  const [one, two] = [
    anchor({}, { lineage: statement("shop", 5n) }),
    anchor({ fleet: statement("_fleet", 3n) }, { lineage: statement("base", 4n) }),
  ];

  test("is the same in whichever order they are read, and its repetition is none", () => {
    expect(facts(two, one)).toEqual(facts(one, two));
    expect(anchorsFacts("prod", [one, two], "", new Date(5_000))[0]?.cause).toBe(facts(one, two)[0]?.cause);
  });

  test.each([
    ["of another cluster", anchorsFacts("other", [one], "", at)],
    ["that answers another question", anchorsFacts("prod", [one], "q", at)],
    ["with another number", facts(one, anchor({ floor: 99n }))],
    ["with another history", facts(one, two)],
  ])("is no repetition of that %s", (_title, [other]) => expect(other?.cause).not.toBe(facts(one)[0]?.cause));

  test("names the question that it answers, and no reason for silence", () => {
    expect(anchorsFacts("prod", [one], "q", at)[0]).toMatchObject({
      cluster: "prod",
      asked: "q",
      unread: undefined,
      at,
    });
  });

  test.each([
    [0, [0]],
    [1, [1]],
    [40, [40]],
    [41, [40, 1]],
    [85, [40, 40, 5]],
  ])("of %d lineages goes in parts of bounded size, none twice", (count, sizes) => {
    const apps = Array.from({ length: count }, (_none, n) => ({ lineage: statement(`s${n}`, 1n) }));
    const parts = facts(anchor({}, ...apps));
    expect(parts.map(({ lineages }) => lineages.length)).toEqual(sizes);
    expect(parts.map(({ part, parts: of }) => [part, of])).toEqual(sizes.map((_size, part) => [part, sizes.length]));
    expect(new Set(parts.flatMap(({ lineages }) => lineages.map(({ source }) => source))).size).toBe(count);
    expect(new Set(parts.map(({ cause }) => cause)).size).toBe(1);
  });
});
