import type { Floor } from "./floor.ts";
import { percentile } from "./percentile.ts";

/** One measured row. Times in ms after the push returned; CPU in seconds. */
export interface Row {
  readonly name: string;
  readonly apps: number;
  /** Per app, from the push to its last object live. */
  readonly times: readonly number[];
  /** When the push returned, ms since 1970. */
  readonly pushedAt: number;
  /** What no engine can beat, in ms; undefined where the floor measures nothing like it. */
  readonly floorMs: number | undefined;
  readonly cpu: Readonly<Record<string, number>>;
  /** Writes to each stream and bucket. */
  readonly busWrites: Readonly<Record<string, number>>;
  /** Messages to the bus server and from it, acknowledgements and heartbeats too. */
  readonly busMessages: { readonly in: number; readonly out: number };
  /** API requests by verb, everybody's. */
  readonly api: Readonly<Record<string, number>>;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 10_000 ? 3 : 1);

const rowLine = (row: Row): string => {
  const last = Math.max(...row.times);
  const cpu = Object.values(row.cpu).reduce((sum, value) => sum + value, 0);
  return [
    row.name.padEnd(34),
    seconds(percentile(row.times, 50)).padStart(8),
    seconds(percentile(row.times, 99)).padStart(8),
    seconds(last).padStart(8),
    (row.floorMs === undefined ? "-" : seconds(row.floorMs)).padStart(8),
    (row.floorMs === undefined ? "-" : (row.floorMs / last).toFixed(2)).padStart(8),
    cpu.toFixed(1).padStart(8),
    (Object.values(row.busWrites).reduce((sum, value) => sum + value, 0) / row.apps).toFixed(1).padStart(8),
  ].join(" ");
};

const cpuLine = (row: Row): string =>
  `  ${row.name}: ${Object.entries(row.cpu)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join(", ")}`;

const busLine = (row: Row): string =>
  `  ${row.name}: ${Object.entries(row.busWrites)
    .filter(([, count]) => count > 0)
    .map(([stream, count]) => `${stream} ${(count / row.apps).toFixed(1)}`)
    .join(
      ", ",
    )}; messages in ${(row.busMessages.in / row.apps).toFixed(1)}, out ${(row.busMessages.out / row.apps).toFixed(1)}`;

const apiLine = (row: Row): string =>
  `  ${row.name}: ${Object.entries(row.api)
    .filter(([, count]) => count > 0)
    .map(([verb, count]) => `${verb} ${count}`)
    .join(", ")}`;

const floorLine = (when: string, floor: Floor): string =>
  `  ${when}: create ${floor.createPerSecond.toFixed(0)}/s, change ${floor.changePerSecond.toFixed(0)}/s, no-op ${floor.noopPerSecond.toFixed(0)}/s, GET ${floor.getPerSecond.toFixed(0)}/s, one apply ${floor.applyP50Ms.toFixed(1)} ms, ls-remote ${floor.lsRemoteMs.toFixed(0)} ms, fdatasync p50 ${floor.fdatasyncP50Ms.toFixed(2)} p99 ${floor.fdatasyncP99Ms.toFixed(2)} ms`;

/** The whole report as text. */
export const formatReport = (report: {
  readonly versions: string;
  readonly kustomize: "program" | "in-process";
  readonly rows: readonly Row[];
  readonly before: Floor;
  readonly after: Floor;
  readonly drift: { readonly times: readonly number[]; readonly missed: number } | undefined;
  readonly memory: Readonly<Record<string, number>>;
}): string => {
  const spread = Math.abs(report.before.changePerSecond - report.after.changePerSecond) / report.before.changePerSecond;
  return [
    report.versions,
    report.kustomize === "program"
      ? "kustomizations: every one is built by the program"
      : "kustomizations: simple ones are built in the renderer's process, one in fifty also by the program as judge",
    "",
    `${"push -> live, seconds".padEnd(34)} ${["p50", "p99", "last", "floor", "floor/us", "CPU s", "writes/u"].map((h) => h.padStart(8)).join(" ")}`,
    ...report.rows.map(rowLine),
    "",
    "CPU seconds by process:",
    ...report.rows.map(cpuLine),
    "",
    "bus writes a unit, by stream:",
    ...report.rows.map(busLine),
    "",
    "API requests by verb:",
    ...report.rows.map(apiLine),
    ...(report.drift === undefined
      ? []
      : [
          "",
          `edit -> corrected, ${report.drift.times.length} edits at 1/s: p50 ${percentile(report.drift.times, 50).toFixed(0)} ms, p99 ${percentile(report.drift.times, 99).toFixed(0)} ms, max ${Math.max(...report.drift.times).toFixed(0)} ms, missed ${report.drift.missed}`,
        ]),
    "",
    `memory (PSS MiB): ${Object.entries(report.memory)
      .map(([name, value]) => `${name} ${value.toFixed(0)}`)
      .join(", ")}`,
    "",
    "the machine, by a bare apply loop (32 in flight) over the same kinds of object:",
    floorLine("before", report.before),
    floorLine("after ", report.after),
    ...(spread > 0.1
      ? [
          `  NOTE: before and after differ by ${(spread * 100).toFixed(0)} %: discard this block by the rules of honest measurement`,
        ]
      : []),
    "",
    "floor = objects / change rate of that loop (create rate for the install) plus one ls-remote; observer outside the product.",
    "Not measured here: the peers, a disk with known fsync, several hosts.",
  ].join("\n");
};
