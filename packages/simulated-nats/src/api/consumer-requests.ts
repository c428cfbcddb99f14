import { apiError, Refused } from "../jetstream/api-error.ts";
import { type ConsumerConfig, consumerConfigOf } from "../jetstream/consumer-config.ts";
import type { Consumer } from "../jetstream/consumer.ts";
import type { Stream } from "../jetstream/stream.ts";
import { NotSimulated } from "../not-simulated.ts";
import type { Answer, ApiContext, Handle } from "./api-context.ts";
import { type Fields, readBody } from "./read-body.ts";
import { streamNamed } from "./stream-requests.ts";

const infoOf = (context: ApiContext, stream: Stream, consumer: Consumer): Answer => {
  const cluster = context.clusterOf(stream);
  return { ...consumer.info(), ...(cluster === undefined ? {} : { cluster }) };
};

const consumerNamed = (context: ApiContext, stream: Stream, name: string | undefined): Consumer => {
  const consumer = context.consumerOf(stream, name ?? "");
  if (consumer === undefined) throw new Refused(apiError.consumerNotFound);
  return consumer;
};

const isSame = (a: ConsumerConfig, b: ConsumerConfig): boolean => JSON.stringify(a) === JSON.stringify(b);

const create: Handle = (context, { tokens, body }) => {
  const asked = readBody(body, ["config", "stream_name", "action", "pedantic"]);
  const isOldForm = tokens[1] === "DURABLE";
  const [streamName, name, ...filter] = isOldForm ? tokens.slice(3) : tokens.slice(2);
  const given = (asked["config"] ?? {}) as Fields;
  if (asked["stream_name"] !== streamName) throw new Refused(apiError.streamMismatch);
  if (name === undefined) throw new NotSimulated("a consumer that the server gives a name");
  if (filter.length > 0 && filter.join(".") !== given["filter_subject"]) throw new Refused(apiError.filterMismatch);
  if (Number(given["num_replicas"] ?? 0) > 1 && context.replicas === 1)
    throw new Refused(apiError.replicasNotSupported);
  const stream = streamNamed(context, streamName);
  const config = consumerConfigOf(given, name, stream.config);
  const known = context.consumerOf(stream, name);
  if (known === undefined) {
    if (asked["action"] === "update") throw new Refused(apiError.consumerMissing);
    return infoOf(context, stream, context.addConsumer(stream, config));
  }
  if (asked["action"] === "create" && !isSame(config, known.config)) throw new Refused(apiError.consumerExists);
  known.update(config);
  return infoOf(context, stream, known);
};

const info: Handle = (context, { tokens }) => {
  const stream = streamNamed(context, tokens[2]);
  return infoOf(context, stream, consumerNamed(context, stream, tokens[3]));
};

const remove: Handle = (context, { tokens }) => {
  const stream = streamNamed(context, tokens[2]);
  consumerNamed(context, stream, tokens[3]);
  context.removeConsumer(stream, tokens[3] ?? "", "409 Consumer Deleted");
  return { success: true };
};

const sorted = (stream: Stream): readonly string[] => [...stream.consumers.keys()].toSorted();

/** What the server knows of versions it tells of one consumer, not of many. */
const asListed = ({ metadata, ...config }: ConsumerConfig): Answer => {
  const { "_nats.level": _level, "_nats.ver": _version, ...rest } = metadata ?? {};
  return { ...config, metadata: rest };
};

const list: Handle = (context, { tokens, body }) => {
  const { offset = 0 } = readBody(body, ["offset"]) as { readonly offset?: number };
  const stream = streamNamed(context, tokens[2]);
  const limit = 256;
  const names = sorted(stream);
  const consumers = names.slice(offset, offset + limit).map((name) => {
    const { config, ...rest } = infoOf(context, stream, consumerNamed(context, stream, name));
    return { ...rest, config: asListed(config as ConsumerConfig) };
  });
  return { total: names.length, offset, limit, consumers };
};

const names: Handle = (context, { tokens, body }) => {
  const { offset = 0 } = readBody(body, ["offset"]) as { readonly offset?: number };
  const all = sorted(streamNamed(context, tokens[2]));
  const limit = 1024;
  return { total: all.length, offset, limit, consumers: all.slice(offset, offset + limit) };
};

const reset: Handle = (context, { tokens, body }) => {
  const stream = streamNamed(context, tokens[2]);
  const consumer = consumerNamed(context, stream, tokens[3]);
  const { seq = 0 } = readBody(body, ["seq"]) as { readonly seq?: number };
  const { deliver_policy: policy, opt_start_seq: from = 0 } = consumer.config;
  if (seq > 0 && policy !== "all" && policy !== "by_start_sequence")
    throw new Refused(apiError.invalidReset("not allowed"));
  if (seq > 0 && seq < from) throw new Refused(apiError.invalidReset("below start seq"));
  const reset_seq = consumer.reset(seq);
  return { ...infoOf(context, stream, consumer), reset_seq };
};

export const consumerRequests: Readonly<Record<string, readonly [string, Handle]>> = {
  "CONSUMER.CREATE": ["consumer_create", create],
  "CONSUMER.DURABLE": ["consumer_create", create],
  "CONSUMER.INFO": ["consumer_info", info],
  "CONSUMER.DELETE": ["consumer_delete", remove],
  "CONSUMER.LIST": ["consumer_list", list],
  "CONSUMER.NAMES": ["consumer_names", names],
  "CONSUMER.RESET": ["consumer_reset", reset],
};
