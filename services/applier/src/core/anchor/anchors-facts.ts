import { AnchorsRead, seqOf } from "@evenkeel/contracts";
import type { LineageStatement } from "@evenkeel/contracts";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import type { Anchor } from "./anchor-document.ts";

/** A fact stays well below 64 KiB: a statement takes up to 250 bytes, and 16 followed lineages as much again four times. */
const STATEMENTS_APART = 40;

const newestOf = (anchors: readonly Anchor[]): readonly LineageStatement[] => {
  const newest = new Map<string, LineageStatement>();
  const given = anchors.flatMap(({ apps, fleet }) => [fleet, ...[...apps.values()].map(({ lineage }) => lineage)]);
  for (const lineage of given) {
    if (lineage === undefined) continue;
    const key = [lineage.source, lineage.gitRef, lineage.lineage].join("\0");
    if (lineage.seq > (newest.get(key)?.seq ?? -1n)) newest.set(key, { ...lineage, signature: "" });
  }
  return [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, lineage]) => lineage);
};

const largestSeq = (anchors: readonly Anchor[]): bigint =>
  anchors
    .flatMap(({ apps, floor, gone, placement }) => [
      floor,
      placement,
      ...gone.values(),
      ...[...apps.values()].map(({ version }) => seqOf(version)),
    ])
    .reduce((a, b) => (a > b ? a : b), 0n);

/** What all anchors of one cluster say, as facts of a bounded size; `asked`: the question that was known before they were read. */
export const anchorsFacts = (
  cluster: string,
  anchors: readonly Anchor[],
  asked: string,
  at: Date,
): readonly AnchorsRead[] => {
  const [seq, lineages] = [largestSeq(anchors), newestOf(anchors)];
  const cause = sha256Hex(canonicalJson([cluster, seq, lineages, asked] as unknown as Json)).slice(0, 32);
  const parts = Math.max(1, Math.ceil(lineages.length / STATEMENTS_APART));
  return Array.from({ length: parts }, (_unused, part) => ({
    cluster,
    part,
    parts,
    seq,
    lineages: lineages.slice(part * STATEMENTS_APART, (part + 1) * STATEMENTS_APART),
    unread: undefined,
    at,
    cause,
    asked,
  }));
};
