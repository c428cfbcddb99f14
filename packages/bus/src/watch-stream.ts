import { AckPolicy, type ConsumerConfig, DeliverPolicy, ReplayPolicy, type StreamInfo } from "@nats-io/jetstream";
import { createInbox, type Msg, nanos, type Subscription } from "@nats-io/nats-core";

import { backOffMs, pause } from "./back-off.ts";
import { wordsOf } from "./explain-failure.ts";
import { parseAckSubject } from "./parse-ack-subject.ts";
import { randomName } from "./service-key.ts";
import type { Wire } from "./wire.ts";

/** One message as a watch sees it. */
export interface WatchedMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly at: Date;
  readonly data: Uint8Array;
  readonly header: (name: string) => string;
}

export interface WatchOptions {
  readonly stream: string;
  /** Full subject filter. */
  readonly filter: string;
  /** Where to begin: the newest message of each subject, or a stream sequence. */
  readonly from?: number;
  readonly headersOnly?: boolean;
  /** How often the watchdog compares with the stream. */
  readonly checkMs: number;
  readonly onMessage: (message: WatchedMessage) => void;
  readonly onCaughtUp: () => void;
  /** Everything seen so far is void; a replay follows. */
  readonly onReset: () => void;
  /** Told when the watch had to be opened again. */
  readonly onReopen?: (why: string) => void;
}

const heartbeatMs = (checkMs: number): number => Math.max(1000, Math.min(5000, checkMs));

/**
 * An ordered watch that comes back by itself. The client's own one stays blind for up to 87 s when its server dies and
 * never returns if its tail has expired; this one checks gaps, heartbeats and the stream's own end.
 */
export const watchStream = async (wire: Wire, options: WatchOptions, signal: AbortSignal): Promise<void> => {
  const { promise: caughtUp, resolve, reject } = Promise.withResolvers<void>();
  let isCaughtUp = false;
  const run = async (): Promise<void> => {
    let cursor: Cursor | undefined;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const before = cursor?.sequence;
      try {
        cursor = await watchOnce(wire, options, cursor, signal, () => {
          attempt = 0;
          if (isCaughtUp) return;
          isCaughtUp = true;
          options.onCaughtUp();
          resolve();
        });
        if (cursor.why !== undefined) options.onReopen?.(cursor.why);
        if (cursor.reset) {
          wire.log.warn("watch starts over", { stream: options.stream, reason: cursor.why });
          options.onReset();
          isCaughtUp = false;
          cursor = undefined;
        }
      } catch (error) {
        if (signal.aborted) break;
        wire.log.warn("watch could not be opened", { stream: options.stream, error: wordsOf(error) });
      }
      if (before !== cursor?.sequence) attempt = Math.min(attempt, 1);
      // 0.25 to 30 s apart: opening again and again has leaked consumers elsewhere.
      await pause(backOffMs(attempt, 250, 30_000), signal).catch(() => {});
    }
    reject(signal.reason);
  };
  run().catch((error: unknown) => reject(error as Error));
  caughtUp.catch(() => {});
  await caughtUp;
};

/** How far a watch came on which incarnation of the stream. */
interface Cursor {
  readonly created: string;
  readonly server: string;
  readonly sequence: number;
  readonly why?: string;
  readonly reset?: boolean;
}

/** Watches until something is wrong; resolves to where it stood. */
const watchOnce = async (
  wire: Wire,
  { stream, filter, from, headersOnly, checkMs, onMessage }: WatchOptions,
  last: Cursor | undefined,
  signal: AbortSignal,
  onCaughtUp: () => void,
): Promise<Cursor> => {
  const info = await wire.jsm.streams.info(stream);
  const identity = { created: info.created, server: wire.nc.info?.server_id ?? "" };
  if (last !== undefined && isAnotherStream(wire, last, identity.server, info)) {
    return { ...identity, sequence: 0, why: "the stream is another one", reset: true };
  }
  let sequence = last?.sequence ?? 0;
  let idle = 0; // the stream's end when nothing newer matched the filter
  let delivered = 0;
  let heardAt = performance.now();
  let progressAt = heardAt;
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const deliverSubject = createInbox((wire.nc as unknown as { options: { inboxPrefix: string } }).options.inboxPrefix);
  const subscription: Subscription = wire.nc.subscribe(deliverSubject, {
    callback: (error, message) => {
      if (error) return end(wordsOf(error));
      heardAt = performance.now();
      const reply = message.reply === undefined ? undefined : parseAckSubject(message.reply);
      if (reply === undefined) return onControl(wire, message, onCaughtUp, end);
      if (reply.deliverySequence !== delivered + 1) return end(`gap: ${delivered} then ${reply.deliverySequence}`);
      delivered = reply.deliverySequence;
      sequence = reply.streamSequence;
      progressAt = heardAt;
      onMessage({
        subject: message.subject,
        sequence,
        at: new Date(reply.timestampMs),
        data: message.data,
        header: (name) => message.headers?.get(name) ?? "",
      });
      if (reply.pending === 0) onCaughtUp();
    },
  });
  const name = `w_${randomName()}`;
  const start = last === undefined && from === undefined ? undefined : Math.max(sequence + 1, from ?? 1);
  try {
    const consumer = await wire.jsm.consumers.add(stream, {
      ...watchConfig(name, filter, deliverSubject, start, checkMs),
      ...(headersOnly === true ? { headers_only: true } : {}),
    });
    if (consumer.num_pending === 0) {
      // An empty reopening must still move on: if the tail expired, the cursor would lag for ever.
      if (delivered === 0 && last !== undefined) sequence = Math.max(sequence, info.state.last_seq);
      onCaughtUp();
    }
    const disconnected = onDisconnect(wire, signal);
    try {
      for (;;) {
        const why = await Promise.race([ended, disconnected.lost, pause(checkMs, signal).then(() => "")]);
        if (why !== "") return { ...identity, sequence, why };
        if (performance.now() - heardAt > heartbeatMs(checkMs) * 2.5)
          return { ...identity, sequence, why: "heartbeats missed" };
        const now = await wire.jsm.streams.info(stream);
        if (isAnotherStream(wire, { ...identity, sequence }, wire.nc.info?.server_id ?? "", now)) {
          return { ...identity, sequence, why: "the stream is another one", reset: true };
        }
        if (now.state.last_seq <= Math.max(sequence, idle)) continue;
        const newest = await wire.jsm.streams.getMessage(stream, { last_by_subj: filter });
        if (newest === null || newest.seq <= sequence) idle = now.state.last_seq;
        else if (performance.now() - progressAt > 3000 + checkMs)
          return { ...identity, sequence, why: "behind the stream" };
      }
    } finally {
      disconnected.stop();
    }
  } finally {
    subscription.unsubscribe();
    if (!wire.nc.isClosed()) wire.jsm.consumers.delete(stream, name).catch(() => {});
  }
};

/** Re-created, restored from a backup, or on one replica another server process that may have lost its last writes. */
const isAnotherStream = (wire: Wire, last: Cursor, server: string, info: StreamInfo): boolean =>
  last.created !== info.created ||
  info.state.last_seq < last.sequence ||
  (wire.singleReplica && last.server !== server);

const watchConfig = (
  name: string,
  filter: string,
  deliverSubject: string,
  start: number | undefined,
  checkMs: number,
): ConsumerConfig =>
  ({
    name,
    deliver_subject: deliverSubject,
    filter_subject: filter,
    ...(start === undefined
      ? { deliver_policy: DeliverPolicy.LastPerSubject }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start }),
    ack_policy: AckPolicy.None,
    replay_policy: ReplayPolicy.Instant,
    max_deliver: 1,
    flow_control: true,
    idle_heartbeat: nanos(heartbeatMs(checkMs)),
    inactive_threshold: nanos(30_000),
    mem_storage: true,
    num_replicas: 1,
  }) as ConsumerConfig;

const onControl = (wire: Wire, message: Msg, onCaughtUp: () => void, end: (why: string) => void): void => {
  const code = message.headers?.code ?? 0;
  if (code !== 100) return end(`${code} ${message.headers?.description ?? ""}`);
  if (message.reply !== undefined && message.reply !== "") return void message.respond(); // flow control
  const stalled = message.headers?.get("Nats-Consumer-Stalled") ?? "";
  if (stalled !== "") wire.nc.publish(stalled);
  else onCaughtUp(); // an idle heartbeat: there is nothing more
};

/** Resolves when the connection is lost; the server keeps no ephemeral consumer of a client that went away for long. */
const onDisconnect = (
  wire: Wire,
  signal: AbortSignal,
): { readonly lost: Promise<string>; readonly stop: () => void } => {
  const status = wire.nc.status() as AsyncIterable<{ readonly type: string }> & { stop?: () => void };
  const lost = (async (): Promise<string> => {
    for await (const { type } of status) if (type === "reconnect") return "reconnected";
    signal.throwIfAborted();
    return "connection closed";
  })();
  lost.catch(() => {});
  return { lost, stop: () => status.stop?.() };
};
