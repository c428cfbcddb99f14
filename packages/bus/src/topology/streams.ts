/** Policy of one stream; all share: file storage, limits retention, s2, no direct get. */
export interface StreamRow {
  readonly name: string;
  /** Subject filter below `ek.v1.`. */
  readonly subjects: string;
  /** Messages kept a subject; -1: all. */
  readonly perSubject: number;
  /** Reserved by the server at creation; eight times as much on three replicas. */
  readonly maxMiB: number;
  readonly maxAgeDays?: number;
  /** Git and the clusters can bring it back: on one replica it is written without waiting for the disk. */
  readonly rebuildable: boolean;
  readonly special?: "ledger" | "timers";
}

/**
 * Every stream. One message a subject is state: new subjects are refused before it is full (keep-room.ts), so that a newer
 * message of a known one always fits (`discard: new`). Where a subject keeps several, that refuses known subjects too: those streams are history,
 * and the oldest message gives way (`discard: old`). The ledger gives nothing away: it is rotated.
 */
export const streams = [
  { name: "COMMITS", subjects: "commit.>", perSubject: 1, maxMiB: 32, rebuildable: true },
  { name: "PLANS", subjects: "plan.>", perSubject: 1000, maxMiB: 128, rebuildable: true },
  { name: "RENDERS", subjects: "render.>", perSubject: 1, maxMiB: 32, maxAgeDays: 7, rebuildable: true },
  { name: "DESIRED", subjects: "desired.>", perSubject: 1, maxMiB: 64, rebuildable: true },
  { name: "DRIFT", subjects: "drift.>", perSubject: 16, maxMiB: 128, rebuildable: true },
  { name: "APPLIED", subjects: "applied.>", perSubject: 16, maxMiB: 128, rebuildable: true },
  { name: "ANCHORS", subjects: "anchors.>", perSubject: 1, maxMiB: 8, rebuildable: true },
  { name: "HEALTH", subjects: "health.>", perSubject: 16, maxMiB: 64, rebuildable: true },
  { name: "TIMERS", subjects: "timer.>", perSubject: 1, maxMiB: 16, rebuildable: true, special: "timers" },
  { name: "LEDGER", subjects: "ledger.>", perSubject: -1, maxMiB: 512, rebuildable: false, special: "ledger" },
  { name: "DEADLETTERS", subjects: "deadletter.>", perSubject: 1, maxMiB: 16, maxAgeDays: 30, rebuildable: false },
] as const satisfies readonly StreamRow[];

export type StreamName = (typeof streams)[number]["name"];

/** Largest fact: digests travel, manifests never do. */
export const MAX_FACT_BYTES = 64 * 1024;
