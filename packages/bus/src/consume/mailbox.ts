import type { SpanContext } from "@opentelemetry/api";

import type { Mailbox } from "../port.ts";
import { nextInTurn, passOver } from "./share-places.ts";

/** Why a handler's signal ended: a newer delivery of the same key and type waits. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/** One delivery on its way to its handler. */
export interface Job {
  /** The loop it came from: its waiting jobs are handed back when the loop ends. */
  readonly loop: symbol;
  readonly key: string;
  readonly type: string;
  /** Whom it is for, where all that is for one may not take every place. */
  readonly share: string | undefined;
  /** Order of deliveries of one type; newer is larger. */
  readonly sequence: number;
  readonly trace: SpanContext | undefined;
  /** Handles and settles it; never rejects. `replaced` are the creation contexts of what this one superseded. */
  run(signal: AbortSignal, replaced: readonly SpanContext[]): Promise<void>;
  /** Settles it unhandled: something newer took its place. */
  drop(): void;
  /** Settles it unhandled: whoever takes over the loop gets it at once. */
  handBack(): void;
}

/** The inside of a mailbox, for the loops of this package. */
export interface OpenMailbox extends Mailbox {
  push(job: Job): void;
  /** Takes out what a loop has waiting; what runs goes on. */
  evict(loop: symbol): readonly Job[];
}

interface Waiting {
  readonly job: Job;
  readonly replaced: readonly SpanContext[];
}

/** So many contexts of superseded deliveries are handed on as links. */
const MOST_LINKS = 16;

/**
 * Invariant fault.local: keeps the newest delivery a key and type by stream sequence, runs one at a time a key and at most `concurrency` in all,
 * shared in turn among those that the deliveries are for.
 * A newer delivery ends the running handler's signal with Superseded; it runs when that handler has returned.
 */
export const createMailbox = (options: { readonly concurrency?: number } = {}): Mailbox => {
  const concurrency = options.concurrency ?? 16;
  const waiting = new Map<string, Map<string, Waiting>>();
  const running = new Map<string, { readonly job: Job; readonly stop: AbortController }>();
  let passed: ReadonlyMap<string, number> = new Map();

  const push = (job: Job): void => {
    const active = running.get(job.key);
    if (active?.job.type === job.type) {
      if (job.sequence <= active.job.sequence) return job.sequence < active.job.sequence ? job.drop() : undefined;
      active.stop.abort(new Superseded(`${job.key} has a newer ${job.type}`));
    }
    const ofKey = waiting.get(job.key) ?? new Map<string, Waiting>();
    const older = ofKey.get(job.type);
    if (older !== undefined && older.job.sequence > job.sequence) return job.drop();
    if (older !== undefined && older.job.sequence < job.sequence) older.job.drop();
    const replaced = [
      ...(older?.replaced ?? []),
      ...(older !== undefined && older.job.sequence < job.sequence && older.job.trace !== undefined
        ? [older.job.trace]
        : []),
    ].slice(-MOST_LINKS);
    ofKey.set(job.type, { job, replaced });
    waiting.set(job.key, ofKey);
    startReady();
  };

  const next = (): Waiting | undefined => {
    const ready: Waiting[] = [];
    for (const [key, ofKey] of waiting) {
      const [first] = ofKey.values();
      if (first === undefined || running.has(key)) continue;
      if (first.job.share === undefined) return first;
      ready.push(first);
    }
    const held = new Map<string, number>();
    for (const { job } of running.values()) held.set(job.share ?? "", (held.get(job.share ?? "") ?? 0) + 1);
    const sources = ready.map(({ job }) => job.share ?? "");
    const at = nextInTurn(sources, { held, passed }, concurrency) ?? -1;
    const begun = sources[at];
    if (begun !== undefined) passed = passOver(sources, { held, passed }, concurrency, begun);
    return ready[at];
  };

  const startReady = (): void => {
    while (running.size < concurrency) {
      const one = next();
      if (one === undefined) return;
      const ofKey = waiting.get(one.job.key);
      ofKey?.delete(one.job.type);
      if (ofKey?.size === 0) waiting.delete(one.job.key);
      start(one);
    }
  };

  const start = ({ job, replaced }: Waiting): void => {
    const stop = new AbortController();
    running.set(job.key, { job, stop });
    void job.run(stop.signal, replaced).finally(() => {
      running.delete(job.key);
      startReady();
    });
  };

  const evict = (loop: symbol): readonly Job[] => {
    const out: Job[] = [];
    for (const [key, ofKey] of waiting) {
      for (const [type, { job }] of ofKey) {
        if (job.loop !== loop) continue;
        ofKey.delete(type);
        out.push(job);
      }
      if (ofKey.size === 0) waiting.delete(key);
    }
    return out;
  };

  const mailbox: OpenMailbox = {
    push,
    evict,
    get size() {
      return running.size + [...waiting.keys()].filter((key) => !running.has(key)).length;
    },
  };
  return mailbox;
};
