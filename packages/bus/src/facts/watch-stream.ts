import { backOff, createBell } from "@evenkeel/async";
import type { StreamInfo } from "@nats-io/jetstream";

import { wordsOf } from "../wire/explain-failure.ts";
import { openOrdered, type OrderedFeed, type WatchedMessage } from "../wire/ordered-feed.ts";
import type { Wire } from "../wire/wire.ts";

export interface WatchOptions {
  readonly stream: string;
  /** Full subject filter. */
  readonly filter: string;
  /** Where to begin: the newest message of each subject, or a stream sequence. */
  readonly from?: number;
  readonly headersOnly?: boolean;
  /** Each reopening replays all: what expired meanwhile, and the mark of that too, is told by its absence alone. */
  readonly startOver?: boolean;
  /** How often the watchdog compares with the stream. */
  readonly checkMs: number;
  readonly onMessage: (message: WatchedMessage) => void;
  readonly onCaughtUp: () => void;
  /** Everything seen so far is void; a replay follows. */
  readonly onReset: () => void;
}

/** Behind the stream for so long without progress: the feed is dead, whatever its heartbeats say. */
const STUCK_MS = 3000;

/** How far a watch came on which incarnation of the stream. */
interface Cursor {
  readonly created: string;
  readonly server: string;
  readonly sequence: number;
}

/**
 * An ordered watch that comes back by itself; resolves once caught up and goes on until the signal ends. The client's own
 * one stays blind for up to 87 s when its server dies: this one looks for gaps, missed heartbeats and reconnections, and
 * compares its cursor with the stream.
 */
export const watchStream = async (wire: Wire, options: WatchOptions, signal: AbortSignal): Promise<void> => {
  const { clock } = wire;
  const { promise: caughtUp, resolve, reject } = Promise.withResolvers<void>();
  caughtUp.catch(() => {});
  const follow = async (): Promise<void> => {
    const progress: Progress = { cursor: undefined };
    let failures = 0;
    let isCaughtUp = false;
    const onCaughtUp = (): void => {
      failures = 0;
      if (isCaughtUp) return;
      isCaughtUp = true;
      options.onCaughtUp();
      resolve();
    };
    const startOver = (): void => {
      options.onReset();
      isCaughtUp = false;
      progress.cursor = undefined;
    };
    const reconnected = createBell();
    using _listening = wire.connection.onReconnect(() => reconnected.ring());
    while (!signal.aborted) {
      try {
        const end = await watchOnce(wire, options, progress, onCaughtUp, signal);
        wire.log.debug("watch is opened again", { stream: options.stream, reason: end.why });
        if (end.isVoid === true) {
          wire.log.warn("stream is another one, its watch starts over", { stream: options.stream, reason: end.why });
          startOver();
        }
      } catch (error) {
        if (signal.aborted) break;
        wire.log.warn("watch could not be opened", { stream: options.stream, error: wordsOf(error) });
      }
      if (options.startOver === true) startOver();
      // Opening again and again has leaked consumers elsewhere; a new connection is no reason to wait.
      const restMs = backOff({ first: 250, most: 30_000 }, failures++, wire.rng.chance());
      await reconnected.heardWithin(restMs, (ms, until) => clock.sleep(ms, until), signal).catch(() => {});
    }
    reject(signal.reason);
  };
  follow().catch(reject);
  await caughtUp;
};

/** What was told so far, or where it was to begin, whatever ended the watch; undefined while that is nothing. */
interface Progress {
  cursor: Cursor | undefined;
}

interface WatchEnd {
  readonly why: string;
  readonly isVoid?: boolean;
}

/** Watches until something is wrong; resolves to what. */
const watchOnce = async (
  wire: Wire,
  options: WatchOptions,
  progress: Progress,
  onCaughtUp: () => void,
  signal: AbortSignal,
): Promise<WatchEnd> => {
  const { clock } = wire;
  const { stream, filter, checkMs } = options;
  const last = progress.cursor;
  const before = await wire.jsm.streams.info(stream);
  const identity = { created: before.created, server: wire.nc.info?.server_id ?? "" };
  if (last !== undefined && isAnotherStream(wire, last, before)) return anotherStream;
  const start = last === undefined ? options.from : last.sequence + 1;
  using feed: OrderedFeed = await openOrdered(wire, {
    stream,
    filter,
    headersOnly: options.headersOnly === true,
    heartbeatMs: checkMs <= 1000 ? 1000 : 2500,
    after: start === undefined ? 0 : start - 1,
    ...(start === undefined ? {} : { start }),
    // Kept at once: a failure on the way must not bring again what was told.
    onMessage: (message) => {
      if (message.sequence <= (progress.cursor?.sequence ?? 0)) return;
      progress.cursor = { ...identity, sequence: message.sequence };
      options.onMessage(message);
    },
    onCaughtUp,
  });
  if (last !== undefined) {
    // An empty reopening must move on: if the tail expired, the cursor would lag behind for ever.
    if (feed.wasEmpty) feed.skipTo(before.state.last_seq);
    progress.cursor = { ...identity, sequence: Math.max(feed.sequence, progress.cursor?.sequence ?? 0) };
  } else if (start !== undefined) {
    // A store that lost its tail meanwhile never comes back to such a place: it must be seen as another one.
    progress.cursor ??= { ...identity, sequence: feed.sequence };
  }
  let idle = 0; // the stream's end when nothing newer matched the filter
  let checkAt = clock.monotonic() + checkMs;
  let behindAt: number | undefined; // where we stood when we were seen behind
  for (;;) {
    const why = await Promise.race([
      feed.ended,
      clock.sleep(Math.max(10, checkAt - clock.monotonic()), signal).then(() => undefined),
    ]);
    if (why !== undefined) return { why };
    checkAt = clock.monotonic() + checkMs;
    // What comes while it is asked is newer than the answer, and may be heard before it.
    const seen = feed.sequence;
    // A question that fails says nothing of the feed: its heartbeats tell whether it lives.
    const now = await Promise.race([feed.ended, wire.jsm.streams.info(stream).catch(() => undefined)]);
    if (typeof now === "string") return { why: now };
    if (now === undefined) continue;
    if (isAnotherStream(wire, { ...identity, sequence: seen }, now)) return anotherStream;
    if (now.state.last_seq <= Math.max(feed.sequence, idle)) {
      behindAt = undefined;
      continue;
    }
    const newest = await Promise.race([feed.ended, newestOf(wire, stream, filter)]);
    if (typeof newest === "string") return { why: newest };
    if (newest === undefined) continue;
    if (newest === null || newest.seq <= feed.sequence) idle = now.state.last_seq;
    else if (behindAt === feed.sequence) return { why: `at ${feed.sequence} while the stream is at ${newest.seq}` };
    else {
      behindAt = feed.sequence;
      checkAt = clock.monotonic() + STUCK_MS;
    }
  }
};

const anotherStream: WatchEnd = { why: "created again, or behind what was seen", isVoid: true };

/** The newest message of a filter, null if there is none, undefined if that could not be told. */
const newestOf = (wire: Wire, stream: string, filter: string) =>
  wire.jsm.streams.getMessage(stream, { last_by_subj: filter }).catch(() => undefined);

/** Re-created, restored from a backup, or on one replica another server process that may have lost its last writes. */
const isAnotherStream = (wire: Wire, last: Cursor, info: StreamInfo): boolean =>
  last.created !== info.created ||
  info.state.last_seq < last.sequence ||
  (wire.singleReplica && last.server !== (wire.nc.info?.server_id ?? ""));
