import type { Clock, Rng } from "@evenkeel/machine";

import type { Routes } from "../wire/routes.ts";
import { type Consumer, type ConsumerContext, type ConsumerState, createConsumer } from "./consumer.ts";
import type { ConsumerConfig } from "./consumer-config.ts";
import type { DeliveryState } from "./pending.ts";
import type { StreamConfig } from "./stream-config.ts";
import { createStream, type Stream, type StreamState } from "./stream.ts";

/** All streams with their consumers, as plain values that are never changed: what a snapshot holds. */
export interface StreamsState {
  readonly streams: readonly (StreamState & { readonly consumers: readonly ConsumerState[] })[];
}

/** The streams of one account and those who consume them. */
export interface JetStream {
  readonly streams: ReadonlyMap<string, Stream>;
  streamOf(subject: string): Stream | undefined;
  addStream(config: StreamConfig): Stream;
  removeStream(stream: Stream): void;
  addConsumer(stream: Stream, config: ConsumerConfig): Consumer;
  removeConsumer(stream: Stream, name: string, status: string): void;
  /** Subscriptions have come or gone. */
  interestChanged(subject: string | undefined): void;
  state(): StreamsState;
  load(state: StreamsState): void;
}

export const createJetStream = (clock: Clock, rng: Rng, routes: Routes): JetStream => {
  const streams = new Map<string, Stream>();
  const pushed = new Map<string, Set<Consumer>>();
  const bySubject = new Map<string, Stream | undefined>();

  const open = (stream: Stream, begin: Omit<ConsumerState, "deliveries">, was?: DeliveryState): Consumer => {
    const { name, deliver_subject: to } = begin.config;
    const context: ConsumerContext = {
      clock,
      stream,
      send: (message) => routes.send(message),
      hasInterest: (subject) => routes.hasInterest(subject),
      token: () => Buffer.from(rng.bytes(3)).toString("base64url"),
      onAbandoned: () => js.removeConsumer(stream, name, "409 Consumer Deleted"),
    };
    const consumer = createConsumer(context, begin, was);
    stream.consumers.set(name, consumer);
    if (to !== undefined) pushed.set(to, (pushed.get(to) ?? new Set()).add(consumer));
    return consumer;
  };
  const close = (stream: Stream, status: string | undefined): void => {
    for (const consumer of stream.consumers.values()) consumer.stop(status);
    stream.stop();
  };
  const js: JetStream = {
    streams,
    streamOf(subject) {
      if (bySubject.has(subject)) return bySubject.get(subject);
      const found = [...streams.values()].find((stream) => stream.takes(subject));
      if (bySubject.size > 100_000) bySubject.clear();
      bySubject.set(subject, found);
      return found;
    },
    addStream(config) {
      const firstSeq = config.first_seq ?? 0;
      const log = { messages: [], firstSeq, lastSeq: Math.max(0, firstSeq - 1), lastTs: 0 };
      const stream = createStream(clock, { config, createdMs: clock.now().getTime(), log, ids: [], replaced: [] });
      streams.set(config.name, stream);
      bySubject.clear();
      return stream;
    },
    removeStream(stream) {
      for (const name of stream.consumers.keys()) js.removeConsumer(stream, name, "409 Consumer Deleted");
      stream.stop();
      streams.delete(stream.config.name);
      bySubject.clear();
    },
    addConsumer(stream, config) {
      const consumer = open(stream, { config, createdMs: clock.now().getTime() });
      // What it delivers at once comes behind the answer that it was made.
      queueMicrotask(() => consumer.start());
      return consumer;
    },
    removeConsumer(stream, name, status) {
      const consumer = stream.consumers.get(name);
      if (consumer === undefined) return;
      stream.consumers.delete(name);
      consumer.stop(status);
      const to = consumer.config.deliver_subject;
      if (to === undefined) return;
      pushed.get(to)?.delete(consumer);
      if (pushed.get(to)?.size === 0) pushed.delete(to);
    },
    interestChanged(subject) {
      if (subject === undefined) for (const all of pushed.values()) for (const each of all) each.interestChanged();
      else for (const each of pushed.get(subject) ?? []) each.interestChanged();
    },
    state: () => ({
      streams: [...streams.values()].map((stream) => ({
        ...stream.state(),
        consumers: [...stream.consumers.values()].map((consumer) => consumer.state()),
      })),
    }),
    load(state) {
      for (const stream of streams.values()) close(stream, undefined);
      streams.clear();
      pushed.clear();
      bySubject.clear();
      for (const { consumers, ...rest } of state.streams) {
        const stream = createStream(clock, rest);
        streams.set(rest.config.name, stream);
        for (const { deliveries, ...begin } of consumers) open(stream, begin, deliveries);
      }
    },
  };
  return js;
};
