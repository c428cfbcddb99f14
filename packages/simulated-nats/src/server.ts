import type { Clock, Rng } from "@evenkeel/machine";

import type { ApiContext } from "./api/api-context.ts";
import type { User } from "./connection.ts";
import { createFaults, type Leaderless } from "./faults.ts";
import { afterRestart } from "./jetstream/after-restart.ts";
import { createJetStream, type StreamsState } from "./jetstream/jetstream.ts";
import type { MessageLog } from "./jetstream/message-log.ts";
import type { Stream } from "./jetstream/stream.ts";
import { type Deliver, deliverAtOnce } from "./link.ts";
import { createNode, type Node } from "./node.ts";
import { createRequests } from "./requests.ts";
import type { Accept } from "./wire/client-transport.ts";
import { createRoutes } from "./wire/routes.ts";

export interface SimulatedNatsOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Servers: 1, or 3 that are one cluster. */
  readonly replicas?: 1 | 3;
  /** What passes between clients and servers, in the hands of whoever simulates the net. */
  readonly deliver?: Deliver;
  /** By public nkey; absent: everybody comes in and may do everything. */
  readonly users?: ReadonlyMap<string, User>;
  /** Bytes that all streams together may reserve. */
  readonly storeLimit?: number;
  /** Hears what is not simulated; absent: it ends the process. */
  readonly onFault?: (error: unknown) => void;
}

/** A nats-server with JetStream in this process, or three of them. */
export interface SimulatedNats {
  /** The first server's address. */
  readonly url: string;
  readonly urls: readonly string[];
  readonly nodes: readonly Node[];
  readonly accept: Accept;
  /** What lies in a stream, as it is. */
  stored(stream: string): MessageLog | undefined;
  /** All that is stored, as plain values that nothing changes any more. */
  snapshot(): StreamsState;
  /** Goes on with what a snapshot holds, as other processes: a backup, or a world to begin in. */
  restore(snapshot: StreamsState): void;
  /** Nothing is there any more. */
  wipe(): void;
  /** All servers end without a goodbye. What was in memory alone is lost. */
  kill(): void;
  /** They listen again, as other processes on the same store. */
  start(): void;
  /** The newest writes of a stream that a killed server had not synced are lost. */
  loseTail(stream: string, count: number): void;
  /** A stream that refuses what is new has no room left, until `free`. */
  fill(stream: string): void;
  free(stream: string): void;
  /** A stream and its consumers lose their leader, until `elect`. */
  stepDown(stream: string, how: Leaderless): void;
  elect(stream: string): void;
  /** The next so many messages are stored, and their answers lost. */
  loseAnswers(stream: string, count: number): void;
  /** Reads are answered by a leader that was deposed just now, until `elect`. */
  answerFromThePast(stream: string): void;
}

export const createSimulatedNats = (options: SimulatedNatsOptions): SimulatedNats => {
  const { clock, rng, deliver = deliverAtOnce, replicas = 1, users } = options;
  const routes = createRoutes();
  const js = createJetStream(clock, rng, routes);
  const faults = createFaults();
  const api: ApiContext = {
    streams: js.streams,
    now: () => clock.now(),
    replicas,
    storeLimit: options.storeLimit ?? Number.POSITIVE_INFINITY,
    addStream: (config) => js.addStream(config),
    removeStream: (stream) => js.removeStream(stream),
    addConsumer: (stream, config) => js.addConsumer(stream, config),
    removeConsumer: (stream, name, status) => js.removeConsumer(stream, name, status),
    consumerOf: (stream, name) => stream.consumers.get(name),
    clusterOf: () => (replicas === 1 ? undefined : { name: "evenkeel", leader: "nats-0" }),
    seen: (stream) => faults.seen(stream),
  };
  const throwOutside = (error: unknown): void =>
    queueMicrotask(() => {
      throw error;
    });
  const context = {
    routes,
    userOf: (key: string | undefined) => (users === undefined ? {} : users.get(key ?? "")),
    onPublish: createRequests(js, routes, faults, api),
    onInterest: (filter: string) => js.interestChanged(/[*>]/.test(filter) ? undefined : filter),
    onFault: options.onFault ?? throwOutside,
  };
  const nodes = Array.from({ length: replicas }, (_unused, index) =>
    createNode({ index, count: replicas, rng, deliver, isOpen: users === undefined }, context),
  );
  const named = (name: string): Stream => {
    const stream = js.streams.get(name);
    if (stream === undefined) throw new TypeError(`there is no stream ${name}`);
    return stream;
  };
  const [first] = nodes as [Node, ...Node[]];
  const server: SimulatedNats = {
    url: first.url,
    urls: nodes.map(({ url }) => url),
    nodes,
    accept(at, clientName, end) {
      const node = nodes.find(({ port }) => port === (at as { readonly port?: number }).port) ?? first;
      return node.accept(clientName, end);
    },
    stored: (name) => js.streams.get(name)?.log,
    snapshot: () => js.state(),
    restore(snapshot) {
      server.kill();
      js.load(snapshot);
      for (const node of nodes) node.start();
    },
    wipe: () => server.restore({ streams: [] }),
    kill() {
      for (const node of nodes) node.kill();
      js.load(afterRestart(js.state()));
      for (const stream of js.streams.values()) stream.forgetIds();
    },
    start() {
      for (const node of nodes) node.start();
    },
    loseTail: (stream, count) => named(stream).loseTail(count),
    fill(name) {
      const stream = named(name);
      if (stream.config.discard !== "new" || stream.config.max_bytes <= 0)
        throw new TypeError(`${name} gives way when it is full, or has no limit`);
      stream.ballast = Math.max(0, stream.config.max_bytes - stream.log.bytes);
    },
    free: (name) => void (named(name).ballast = 0),
    stepDown: (name, how) => faults.stepDown(named(name), how),
    elect: (name) => faults.elect(named(name)),
    loseAnswers: (name, count) => faults.loseAnswers(named(name).config.name, count),
    answerFromThePast: (name) => faults.answerFromThePast(named(name)),
  };
  return server;
};
