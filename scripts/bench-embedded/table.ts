import type { Took } from "./measure.ts";

export type Row = readonly [what: string, value: string];

export const time = (ms: number): string =>
  ms < 1_000 ? `${ms.toFixed(ms < 10 ? 2 : 0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
export const count = (value: number): string => Math.round(value).toLocaleString("en-US");
/** By the clock, and what one costs in processor time: the second holds on a machine that others use too. */
export const rate = ({ cpuMs, ms }: Took, times: number): string =>
  `${count((times * 1_000) / ms)} /s, ${((cpuMs * 1_000) / times).toFixed(0)} us of processor each`;
export const bytes = (value: number): string =>
  value < 1_024 * 1_024 ? `${(value / 1_024).toFixed(1)} KiB` : `${(value / 1_024 / 1_024).toFixed(0)} MiB`;

/** A table in Markdown, as the README takes it. */
export const markdown = (rows: readonly Row[]): string =>
  ["| what | measured |", "|---|---|", ...rows.map(([what, value]) => `| ${what} | ${value} |`)].join("\n");
