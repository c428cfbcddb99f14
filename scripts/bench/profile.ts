import type { RecordedSpan } from "@evenkeel/testing";

import { percentile } from "./percentile.ts";

/** Where the time of one step goes, from its spans: for each kind of span when the first began, the last ended, and how long one took. */
export const formatProfile = (name: string, spans: readonly RecordedSpan[], pushedAt: number): string => {
  const groups = Map.groupBy(spans, (span) => `${span.service.replace("evenkeel-", "")}: ${span.name}`);
  const ms = (ns: bigint): number => Number(ns / 1000n) / 1000;
  const rows = [...groups]
    .map(([what, group]) => ({
      what,
      count: group.length,
      first: Math.min(...group.map((span) => ms(span.startNs))) - pushedAt,
      last: Math.max(...group.map((span) => ms(span.endNs))) - pushedAt,
      took: group.map((span) => ms(span.endNs - span.startNs)),
    }))
    .toSorted((a, b) => a.first - b.first);
  const cell = (value: number): string => value.toFixed(0).padStart(8);
  return [
    `profile of "${name}", ms after the push`,
    `${"span".padEnd(58)} ${["count", "first", "last", "p50", "p99", "sum"].map((h) => h.padStart(8)).join(" ")}`,
    ...rows.map((row) =>
      [
        row.what.slice(0, 58).padEnd(58),
        String(row.count).padStart(8),
        cell(row.first),
        cell(row.last),
        cell(percentile(row.took, 50)),
        cell(percentile(row.took, 99)),
        cell(row.took.reduce((sum, value) => sum + value, 0)),
      ].join(" "),
    ),
  ].join("\n");
};
