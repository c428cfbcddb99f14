import { LineageStatement } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { emptyAnchor } from "./anchor-document.ts";
import type { Anchor, AnchoredApp } from "./anchor-document.ts";
import { mergeAnchors, removedAt, withApp, withLedgerFloors, withoutApp } from "./change-anchor.ts";

const app = (seq: number, fleet = 5n): AnchoredApp => ({
  version: { fleet, selection: 1n, sources: [{ source: "web", seq: BigInt(seq) }], tools: 1n },
  digest: `d${seq}`,
  lineage: undefined,
  ledger: BigInt(seq),
});
const anchor = (apps: Readonly<Record<string, AnchoredApp>>, gone: Readonly<Record<string, bigint>> = {}): Anchor => ({
  ...emptyAnchor,
  apps: new Map(Object.entries(apps)),
  gone: new Map(Object.entries(gone)),
});
const digests = ({ apps }: Anchor): unknown => Object.fromEntries([...apps].map(([uid, { digest }]) => [uid, digest]));

describe("two anchors of one partition", () => {
  test("come together with the newer entry of each application, whoever has it", () => {
    const [ours, other] = [anchor({ a: app(7), b: app(3) }), anchor({ a: app(6), b: app(4), c: app(1) })];
    expect(digests(mergeAnchors(ours, other))).toEqual({ a: "d7", b: "d4", c: "d1" });
    expect(digests(mergeAnchors(other, ours))).toEqual({ a: "d7", b: "d4", c: "d1" });
  });

  test("come together with every component where each is newer in one", () => {
    const merged = mergeAnchors(anchor({ a: app(7, 4n) }), anchor({ a: app(6, 5n) }));
    expect(merged.apps.get("a")?.version).toMatchObject({ fleet: 5n, sources: [{ source: "web", seq: 7n }] });
  });

  test("come together with the higher floor and placement, and our owner", () => {
    const ours = { ...emptyAnchor, epoch: 9n, floor: 2n, placement: 3n };
    expect(mergeAnchors(ours, { ...emptyAnchor, epoch: 8n, floor: 4n, placement: 1n })).toMatchObject({
      epoch: 9n,
      floor: 4n,
      placement: 3n,
    });
  });

  test("come together with the newest fleet revision that anything was applied from", () => {
    const of = (seq: bigint) => LineageStatement.fromPartial({ source: "_fleet", seq });
    const [older, newer] = [withApp(emptyAnchor, "a", app(1), of(4n)), withApp(emptyAnchor, "b", app(1), of(7n))];
    expect(mergeAnchors(older, newer).fleet?.seq).toBe(7n);
    expect(mergeAnchors(newer, older).fleet?.seq).toBe(7n);
    expect(withApp(newer, "a", app(2), of(5n)).fleet?.seq).toBe(7n);
    expect(withApp(newer, "a", app(2), undefined).fleet?.seq).toBe(7n);
  });

  test.each([
    ["stays removed where only the other knows its entry", anchor({}, { a: 5n }), anchor({ a: app(6) }), {}],
    ["stays removed where only the other knows its removal", anchor({ a: app(6) }), anchor({}, { a: 5n }), {}],
    ["is back with a later fleet revision", anchor({ a: app(6, 6n) }), anchor({}, { a: 5n }), { a: "d6" }],
  ])("an application %s", (_title, ours, other, wanted) => {
    expect(digests(mergeAnchors(ours, other))).toEqual(wanted);
  });
});

describe("a takeover", () => {
  const floor = ({ version, digest }: AnchoredApp) => ({ version, digest });

  test("keeps what the ledger says was given since the anchor was written", () => {
    const lineage = {
      source: "web",
      gitRef: "r",
      lineage: "l",
      tip: "t",
      seq: 6n,
      signature: "s",
      tree: "t",
      declarationsDigest: "",
      follows: [],
    };
    const before = anchor({ a: { ...app(6), lineage }, b: app(9) });
    const after = withLedgerFloors(
      before,
      new Map([
        ["a", floor(app(7))],
        ["b", floor(app(8))],
        ["c", floor(app(1))],
      ]),
      40n,
    );
    expect(digests(after)).toEqual({ a: "d7", b: "d9", c: "d1" });
    expect(after.apps.get("a")).toMatchObject({ lineage, ledger: 40n });
  });

  test("does not bring back what was removed", () => {
    expect(digests(withLedgerFloors(anchor({}, { a: 5n }), new Map([["a", floor(app(7))]]), 40n))).toEqual({});
  });
});

describe("the tombstone of an application", () => {
  test("keeps out older versions of it, and of no other", () => {
    const removed = withoutApp(anchor({ a: app(6), b: app(6) }), "a", 8n);
    expect(digests(removed)).toEqual({ b: "d6" });
    expect([removedAt(removed, "a"), removedAt(removed, "never-applied")]).toEqual([8n, 0n]);
  });

  test("never falls, and ends when the application is back", () => {
    const removed = withoutApp(withoutApp(emptyAnchor, "a", 8n), "a", 3n);
    expect(removedAt(removed, "a")).toBe(8n);
    expect(withApp(removed, "a", app(9, 9n), undefined).gone.size).toBe(0);
  });

  test("becomes a floor for all only where there are more than a ConfigMap should hold, oldest first", () => {
    let removed: Anchor = emptyAnchor;
    for (let n = 1; n <= 2_003; n += 1) removed = withoutApp(removed, `a${n}`, BigInt(n));
    expect([removed.gone.size, removed.floor]).toEqual([2_000, 3n]);
    expect([removedAt(removed, "a2"), removedAt(removed, "a2003"), removedAt(removed, "new")]).toEqual([
      3n,
      2_003n,
      3n,
    ]);
  });
});
