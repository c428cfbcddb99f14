import { randomName } from "@evenkeel/machine";
import { AckPolicy, type ConsumerConfig, DeliverPolicy, ReplayPolicy } from "@nats-io/jetstream";
import { createInbox, type Msg, nanos } from "@nats-io/nats-core";

import { wordsOf } from "./explain-failure.ts";
import { parseAckSubject } from "./parse-ack-subject.ts";
import type { Wire } from "./wire.ts";

/** One message as a watch sees it. */
export interface WatchedMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly at: Date;
  readonly data: Uint8Array;
  readonly header: (name: string) => string;
}

export interface FeedOptions {
  readonly stream: string;
  readonly filter: string;
  readonly headersOnly: boolean;
  readonly heartbeatMs: number;
  /** First stream sequence; absent: the newest message of each subject. */
  readonly start?: number;
  /** Where the cursor stands before the first message. */
  readonly after: number;
  readonly onMessage: (message: WatchedMessage) => void;
  readonly onCaughtUp: () => void;
}

/** One ephemeral consumer, delivering in order until something is wrong; it does not mend itself. */
export interface OrderedFeed extends Disposable {
  /** Stream sequence of the last message. */
  readonly sequence: number;
  /** Nothing was there to deliver when it was opened. */
  readonly wasEmpty: boolean;
  skipTo(sequence: number): void;
  /** Resolves to what is wrong. */
  readonly ended: Promise<string>;
}

/** Missed heartbeats after which the consumer is taken for dead. */
const HEARTBEATS_MISSED = 2.5;

export const openOrdered = async (wire: Wire, options: FeedOptions): Promise<OrderedFeed> => {
  const { stream, heartbeatMs, onCaughtUp } = options;
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  let sequence = options.after;
  let delivered = 0;
  let heardAt = wire.clock.monotonic();

  const onDelivery = (message: Msg, info: NonNullable<ReturnType<typeof parseAckSubject>>): void => {
    if (info.deliverySequence !== delivered + 1) return end(`a gap after ${delivered} deliveries`);
    delivered = info.deliverySequence;
    sequence = info.streamSequence;
    const { subject, data } = message;
    const at = new Date(info.timestampMs);
    options.onMessage({ subject, sequence, at, data, header: (name) => message.headers?.get(name) ?? "" });
    if (info.pending === 0) onCaughtUp();
  };
  const onControl = (message: Msg): void => {
    const code = message.headers?.code ?? 0;
    if (code !== 100) return end(`${code} ${message.headers?.description ?? ""}`);
    if ((message.reply ?? "") !== "") return void message.respond(); // flow control
    const stalled = message.headers?.get("Nats-Consumer-Stalled") ?? "";
    if (stalled !== "") wire.nc.publish(stalled);
    else onCaughtUp(); // an idle heartbeat: there is nothing more
  };

  const deliverSubject = createInbox(
    (wire.nc as unknown as { readonly options: { readonly inboxPrefix: string } }).options.inboxPrefix,
  );
  const subscription = wire.nc.subscribe(deliverSubject, {
    callback: (error, message) => {
      if (error) return end(wordsOf(error));
      heardAt = wire.clock.monotonic();
      const info = parseAckSubject(message.reply ?? "");
      if (info === undefined) onControl(message);
      else onDelivery(message, info);
    },
  });
  const name = `w_${randomName(wire.rng)}`;
  const watchdog = wire.clock.every(heartbeatMs / 2, () => {
    if (wire.clock.monotonic() - heardAt > heartbeatMs * HEARTBEATS_MISSED) end("heartbeats missed");
  });
  const listening = wire.connection.onReconnect(() => end("reconnected"));
  void wire.nc.closed().then(() => end("connection closed"));
  const close = (): void => {
    watchdog[Symbol.dispose]();
    listening[Symbol.dispose]();
    subscription.unsubscribe();
    if (!wire.nc.isClosed()) wire.jsm.consumers.delete(stream, name).catch(() => {});
  };
  try {
    const consumer = await wire.jsm.consumers.add(stream, consumerConfig(name, deliverSubject, options));
    const wasEmpty = consumer.num_pending === 0 && delivered === 0;
    if (wasEmpty) onCaughtUp();
    return {
      get sequence() {
        return sequence;
      },
      wasEmpty,
      skipTo: (to) => void (sequence = Math.max(sequence, to)),
      ended,
      [Symbol.dispose]: close,
    };
  } catch (error) {
    close();
    throw error;
  }
};

const consumerConfig = (name: string, deliverSubject: string, options: FeedOptions): ConsumerConfig =>
  ({
    name,
    deliver_subject: deliverSubject,
    filter_subject: options.filter,
    ...(options.start === undefined
      ? { deliver_policy: DeliverPolicy.LastPerSubject }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.max(1, options.start) }),
    ...(options.headersOnly ? { headers_only: true } : {}),
    ack_policy: AckPolicy.None,
    replay_policy: ReplayPolicy.Instant,
    max_deliver: 1,
    flow_control: true,
    idle_heartbeat: nanos(options.heartbeatMs),
    inactive_threshold: nanos(30_000),
    mem_storage: true,
    num_replicas: 1,
  }) as ConsumerConfig;
