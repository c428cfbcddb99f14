import type { VersionOrder } from "@evenkeel/words";

import type { UnitVersion } from "./gen/names.ts";

const sourceSeq = (version: UnitVersion, source: string): bigint =>
  version.sources.find((s) => s.source === source)?.seq ?? 0n;

/**
 * Compares version `a` with `b` componentwise: fleet, selection and tools never fall; sources never fall under an equal
 * selection, and are not compared under a higher one (a pin or a new source may go back).
 */
export const compareVersions = (a: UnitVersion, b: UnitVersion): VersionOrder => {
  let higher = false;
  let lower = false;
  const see = (left: bigint, right: bigint): void => {
    higher ||= left > right;
    lower ||= left < right;
  };
  see(a.fleet, b.fleet);
  see(a.selection, b.selection);
  see(a.tools, b.tools);
  if (a.selection === b.selection) {
    for (const source of new Set([...a.sources, ...b.sources].map((s) => s.source))) {
      see(sourceSeq(a, source), sourceSeq(b, source));
    }
  }
  return higher && lower ? "mixed" : higher ? "newer" : lower ? "older" : "equal";
};

/** Componentwise maximum: the floor of a unit over anchor, inventory and ledger. */
export const maxVersion = (a: UnitVersion, b: UnitVersion): UnitVersion => {
  const max = (left: bigint, right: bigint): bigint => (left > right ? left : right);
  const top = a.selection >= b.selection ? a : b;
  const sources =
    a.selection === b.selection
      ? [...new Set([...a.sources, ...b.sources].map((s) => s.source))]
          .toSorted()
          .map((source) => ({ source, seq: max(sourceSeq(a, source), sourceSeq(b, source)) }))
      : top.sources;
  return { fleet: max(a.fleet, b.fleet), selection: top.selection, sources, tools: max(a.tools, b.tools) };
};

/** The number people see: the largest seq of a version. */
export const seqOf = (version: UnitVersion): bigint =>
  [version.fleet, version.selection, version.tools, ...version.sources.map((s) => s.seq)].reduce(
    (a, b) => (a > b ? a : b),
    0n,
  );

/** One string a version, such as `3.3.web=7.1`: for message ids and logs. */
export const formatVersion = (version: UnitVersion): string =>
  `${version.fleet}.${version.selection}.${version.sources.map((s) => `${s.source}=${s.seq}`).join(",")}.${version.tools}`;
