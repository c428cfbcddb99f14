import type { ConsumerConfig } from "../jetstream/consumer-config.ts";
import type { Consumer, ConsumerState } from "../jetstream/consumer.ts";
import type { MessageLog } from "../jetstream/message-log.ts";
import type { StreamConfig } from "../jetstream/stream-config.ts";
import type { Stream } from "../jetstream/stream.ts";

/** What the requests of JetStream work on. */
export interface ApiContext {
  readonly streams: ReadonlyMap<string, Stream>;
  readonly now: () => Date;
  readonly replicas: 1 | 3;
  /** Bytes that all streams may reserve; infinite without a limit. */
  readonly storeLimit: number;
  addStream(config: StreamConfig): Stream;
  removeStream(stream: Stream): void;
  addConsumer(stream: Stream, config: ConsumerConfig): Consumer;
  removeConsumer(stream: Stream, name: string, status: string): void;
  readonly consumerOf: (stream: Stream, name: string) => Consumer | undefined;
  /** What reads of single messages are answered from. */
  seen(stream: Stream): MessageLog;
  /** Who leads a stream, as infos of several servers tell. */
  clusterOf(stream: Stream): Readonly<Record<string, unknown>> | undefined;
}

export type { ConsumerState };

/** One request as it came. */
export interface ApiRequest {
  /** Tokens of the subject behind `$JS.API`. */
  readonly tokens: readonly string[];
  readonly body: Uint8Array;
}

export type Answer = Readonly<Record<string, unknown>>;

/** Answers one kind of request; throws Refused for what the server refuses. */
export type Handle = (context: ApiContext, request: ApiRequest) => Answer;
