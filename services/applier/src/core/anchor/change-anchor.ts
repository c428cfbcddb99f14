import { compareVersions, maxVersion } from "@evenkeel/contracts";
import type { LineageStatement } from "@evenkeel/contracts";

import type { Anchor, AnchoredApp } from "./anchor-document.ts";
import { noVersion } from "../unit-version.ts";
import type { LedgerFloor } from "../ledger/verify-chain.ts";

/** About 60 bytes each, in a ConfigMap that holds 1 MiB. */
const MOST_GONE = 2_000;

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const newerOf = (a: LineageStatement | undefined, b: LineageStatement | undefined): LineageStatement | undefined =>
  (b?.seq ?? -1n) > (a?.seq ?? -1n) ? b : a;

const mergeApp = (a: AnchoredApp, b: AnchoredApp | undefined): AnchoredApp => {
  if (b === undefined) return a;
  switch (compareVersions(a.version, b.version)) {
    case "newer":
    case "equal":
      return a;
    case "older":
      return b;
    case "mixed":
      return { ...a, version: maxVersion(a.version, b.version), ledger: max(a.ledger, b.ledger) };
  }
};

/** An app that came back after its removal has an entry of a later fleet revision; else only the tombstone counts. */
const settle = (anchor: Anchor): Anchor => {
  const { apps, gone } = anchor;
  const isBack = (uid: string): boolean => (apps.get(uid)?.version.fleet ?? 0n) > (gone.get(uid) ?? 0n);
  return {
    ...anchor,
    apps: new Map([...apps].filter(([uid]) => !gone.has(uid) || isBack(uid))),
    gone: new Map([...gone].filter(([uid]) => !isBack(uid))),
  };
};

/** What both say, the newer of each: nothing that either holds is lost. Ours has the say about owner and ledger. */
export const mergeAnchors = (ours: Anchor, other: Anchor): Anchor => {
  const apps = new Map(other.apps);
  for (const [uid, app] of ours.apps) apps.set(uid, mergeApp(app, other.apps.get(uid)));
  const gone = new Map(other.gone);
  for (const [uid, fleet] of ours.gone) gone.set(uid, max(fleet, other.gone.get(uid) ?? 0n));
  const placement = max(ours.placement, other.placement);
  const fleet = newerOf(ours.fleet, other.fleet);
  return settle({ ...ours, placement, floor: max(ours.floor, other.floor), fleet, apps, gone });
};

/** Takes in what the ledger says was given after the anchor was last written; before its head moves on over it. */
export const withLedgerFloors = (anchor: Anchor, floors: ReadonlyMap<string, LedgerFloor>, ledger: bigint): Anchor => {
  const apps = new Map(anchor.apps);
  for (const [uid, { version, digest }] of floors) {
    const known = anchor.apps.get(uid);
    if (compareVersions(version, known?.version ?? noVersion) !== "newer") continue;
    apps.set(uid, { version, digest, lineage: known?.lineage, ledger });
  }
  return settle({ ...anchor, apps });
};

/** Keeps an app's entry, and the fleet revision it came from; its tombstone, if it had one, is over. */
export const withApp = (
  anchor: Anchor,
  uid: string,
  app: AnchoredApp,
  fleet: LineageStatement | undefined,
): Anchor => ({
  ...anchor,
  fleet: newerOf(anchor.fleet, fleet),
  apps: new Map([...anchor.apps, [uid, app]]),
  gone: new Map([...anchor.gone].filter(([each]) => each !== uid)),
});

/**
 * Leaves a tombstone in place of an app's entry. The oldest of too many become a floor for all: it keeps out whatever was
 * planned before them and never applied, until that is planned again.
 */
export const withoutApp = (anchor: Anchor, uid: string, fleet: bigint): Anchor => {
  const gone = new Map(anchor.gone).set(uid, max(fleet, anchor.gone.get(uid) ?? 0n));
  const oldestFirst = [...gone].toSorted(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  const folded = oldestFirst.slice(0, Math.max(0, gone.size - MOST_GONE));
  return {
    ...anchor,
    floor: folded.reduce((floor, [, each]) => max(floor, each), anchor.floor),
    apps: new Map([...anchor.apps].filter(([each]) => each !== uid)),
    gone: new Map(oldestFirst.slice(folded.length)),
  };
};

/** Fleet seq below which a desired of an app without an entry is refused: it was removed there. */
export const removedAt = ({ floor, gone }: Anchor, uid: string): bigint => max(floor, gone.get(uid) ?? 0n);
