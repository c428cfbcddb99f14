import type { Clock } from "@evenkeel/machine";

import { filterOf } from "../wire/subjects.ts";
import type { Consumer } from "./consumer.ts";
import { createAlarm } from "./alarm.ts";
import { createLog, type LogState, type MessageLog } from "./message-log.ts";
import { purgeLog } from "./purge-log.ts";
import type { StreamConfig } from "./stream-config.ts";
import { sizeOf, type StoredMessage } from "./stored-message.ts";

/** All that a stream is, as plain values. */
export interface StreamState {
  readonly config: StreamConfig;
  readonly createdMs: number;
  readonly log: LogState;
  /** Message ids of the duplicate window, oldest first. */
  readonly ids: readonly (readonly [id: string, seq: number, ts: number])[];
  readonly replaced: readonly Replaced[];
}

/** What a newer message of its subject has taken the place of: it is back where that one was never synced. */
interface Replaced {
  readonly by: number;
  readonly message: StoredMessage;
}

/** One stream with its consumers. */
export interface Stream {
  config: StreamConfig;
  readonly createdMs: number;
  readonly log: MessageLog;
  readonly consumers: Map<string, Consumer>;
  /** Whether a subject is kept here. */
  takes: (subject: string) => boolean;
  /** The sequence stored under a message id within the window. */
  duplicateOf(id: string): number | undefined;
  store(subject: string, header: Uint8Array | undefined, body: Uint8Array, of?: StoreOptions): StoredMessage;
  /** Removes a message, whyever; consumers hear of it. */
  drop(seq: number): boolean;
  /** Removes what is asked for; resolves to how many. */
  purge(asked: Purge): number;
  /** Bytes that something else takes: how a test fills a stream. */
  ballast: number;
  /** The last writes are lost, as of a server that was killed before it had synced them; what they had replaced is back. */
  loseTail(count: number): void;
  /** Enforces limits anew after they have changed. */
  reconfigure(config: StreamConfig): void;
  /** Only what is stored counts, as for a server that starts. */
  forgetIds(): void;
  state(): StreamState;
  stop(): void;
}

export interface Purge {
  /** Empty: all subjects. */
  readonly filter: string;
  /** Only below this; 0: whatever the sequence. */
  readonly seq: number;
}

export interface StoreOptions {
  readonly id?: string | undefined;
  /** Milliseconds of its own; -1: it never expires. */
  readonly ttlMs?: number | undefined;
}

const MOST_REPLACED = 64;

const takesOf = (subjects: readonly string[]): ((subject: string) => boolean) => {
  const filters = subjects.map(filterOf);
  const [only] = filters;
  return filters.length === 1 && only !== undefined ? only : (subject) => filters.some((fits) => fits(subject));
};

/** A stream on a clock; what it is told to store it stores. */
export const createStream = (clock: Clock, begin: StreamState): Stream => {
  const ids = new Map<string, { readonly seq: number; readonly ts: number }>();
  for (const [id, seq, ts] of begin.ids) ids.set(id, { seq, ts });
  const log = createLog(begin.log);
  const consumers = new Map<string, Consumer>();
  const replaced: Replaced[] = [...begin.replaced];
  let isStopped = false;

  const forgetOldIds = (now: number): void => {
    const from = now - Number(stream.config.duplicate_window ?? 0) / 1e6;
    for (const [id, { ts }] of ids) {
      if (ts > from) return;
      ids.delete(id);
    }
  };
  const expiresAt = (message: StoredMessage): number =>
    Math.min(
      message.expiresAt ?? Number.POSITIVE_INFINITY,
      stream.config.max_age === 0 || message.expiresAt === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : message.ts + stream.config.max_age / 1e6,
    );
  const withTtl = new Map<number, number>();
  for (const { seq, expiresAt: at } of begin.log.messages)
    if (at !== undefined && Number.isFinite(at)) withTtl.set(seq, at);

  const nextExpiry = (): number => {
    let at = Number.POSITIVE_INFINITY;
    if (stream.config.max_age > 0) {
      const oldest = log.first();
      if (oldest !== undefined) at = expiresAt(oldest);
      if (at === Number.POSITIVE_INFINITY) for (const each of log.all()) at = Math.min(at, expiresAt(each));
    }
    for (const each of withTtl.values()) at = Math.min(at, each);
    return at;
  };
  const expire = (): void => {
    const now = clock.now().getTime();
    if (stream.config.max_age > 0) {
      for (const message of log.all()) {
        if (message.ts + stream.config.max_age / 1e6 > now) break;
        if (expiresAt(message) <= now) end(message);
      }
    }
    for (const [seq, at] of withTtl) {
      const message = log.get(seq);
      if (message === undefined) withTtl.delete(seq);
      else if (at <= now) end(message);
    }
    armExpiry();
  };
  /** What expires; the last of a subject leaves a mark where the stream is told so. */
  const end = (message: StoredMessage): void => {
    stream.drop(message.seq);
    withTtl.delete(message.seq);
    const markerTtl = stream.config.subject_delete_marker_ttl ?? 0;
    const isMark = message.header !== undefined && Buffer.from(message.header).includes("Nats-Marker-Reason");
    if (markerTtl === 0 || isMark || log.countOf(message.subject) > 0) return;
    const header = Buffer.from(
      `NATS/1.0\r\nNats-Marker-Reason: MaxAge\r\nNats-TTL: ${markerTtl / 1e9}s\r\nNats-Rollup: sub\r\n\r\n`,
    );
    const mark = stream.store(message.subject, header, new Uint8Array(), { ttlMs: markerTtl / 1e6 });
    for (const consumer of consumers.values()) consumer.onStored(mark);
  };
  const expiry = createAlarm(clock, () => expire());
  let expiresNext = Number.POSITIVE_INFINITY;
  const armExpiry = (): void => {
    expiresNext = isStopped ? Number.POSITIVE_INFINITY : nextExpiry();
    expiry.set(expiresNext);
  };

  const keepLimits = (subject: string | undefined): void => {
    const { max_msgs_per_subject: perSubject, max_msgs: most, max_bytes: mostBytes, discard } = stream.config;
    if (perSubject > 0 && subject !== undefined) {
      while (log.countOf(subject) > perSubject) {
        const message = log.firstOf(subject);
        if (message === undefined) break;
        stream.drop(message.seq);
        if (replaced.push({ by: log.lastSeq, message }) > MOST_REPLACED) replaced.splice(0, MOST_REPLACED / 2);
      }
    }
    if (most > 0) while (log.count > most) stream.drop(log.firstSeq);
    if (mostBytes > 0 && discard === "old") while (log.bytes > mostBytes) stream.drop(log.firstSeq);
  };
  const stream: Stream = {
    config: begin.config,
    createdMs: begin.createdMs,
    log,
    consumers,
    ballast: 0,
    takes: takesOf(begin.config.subjects),
    duplicateOf(id) {
      if (ids.size === 0) return undefined;
      forgetOldIds(clock.now().getTime());
      return ids.get(id)?.seq;
    },
    store(subject, header, body, { id, ttlMs } = {}) {
      const ts = clock.now().getTime();
      const expires = ttlMs === undefined ? {} : { expiresAt: ttlMs < 0 ? Number.POSITIVE_INFINITY : ts + ttlMs };
      const message: StoredMessage = { seq: log.lastSeq + 1, subject, header, body, ts, ...expires };
      log.append(message);
      if (ttlMs !== undefined && ttlMs >= 0) withTtl.set(message.seq, ts + ttlMs);
      keepLimits(subject);
      if (id !== undefined) ids.set(id, { seq: message.seq, ts });
      if (ttlMs !== undefined || (stream.config.max_age > 0 && expiresNext === Number.POSITIVE_INFINITY)) armExpiry();
      return message;
    },
    drop(seq) {
      const message = log.remove(seq);
      if (message === undefined) return false;
      withTtl.delete(seq);
      for (const consumer of consumers.values()) consumer.onRemoved(message);
      return true;
    },
    purge(asked) {
      const purged = purgeLog(log, asked);
      for (const consumer of consumers.values()) consumer.onPurged(asked.filter);
      armExpiry();
      return purged;
    },
    loseTail(count) {
      const last = Math.max(0, log.lastSeq - count);
      for (const { by, message } of replaced) if (by > last && message.seq <= last) log.putBack(message);
      log.cutAt(last);
      for (const [id, { seq }] of ids) if (seq > last) ids.delete(id);
      for (const consumer of consumers.values()) consumer.onTailLost();
    },
    reconfigure(config) {
      stream.config = config;
      stream.takes = takesOf(config.subjects);
      for (const subject of Object.keys(log.totals(">"))) keepLimits(subject);
      keepLimits(undefined);
      armExpiry();
    },
    forgetIds() {
      for (const [id, { seq }] of ids) if (log.get(seq) === undefined) ids.delete(id);
    },
    state: () => ({
      config: stream.config,
      createdMs: stream.createdMs,
      log: log.state(),
      ids: [...ids].map(([id, { seq, ts }]) => [id, seq, ts] as const),
      replaced: [...replaced],
    }),
    stop() {
      isStopped = true;
      armExpiry();
    },
  };
  armExpiry();
  return stream;
};

/** Whether there is no room for a message, in the server's words; `discard: new` alone refuses. */
export const noRoomFor = (
  { ballast, config, log }: Stream,
  subject: string,
  header: Uint8Array | undefined,
  body: Uint8Array,
): string | undefined => {
  if (config.discard !== "new") return undefined;
  const replaces =
    config.max_msgs_per_subject > 0 && log.countOf(subject) >= config.max_msgs_per_subject
      ? log.firstOf(subject)
      : undefined;
  if (config.max_msgs > 0 && log.count >= config.max_msgs && replaces === undefined) return "maximum messages exceeded";
  const size = sizeOf(subject, header, body);
  if (config.max_bytes > 0 && log.bytes + ballast + size > config.max_bytes) {
    const gives = replaces === undefined ? 0 : sizeOf(replaces.subject, replaces.header, replaces.body);
    if (gives < size) return "maximum bytes exceeded";
  }
  return undefined;
};
