import { apiError, Refused } from "../jetstream/api-error.ts";
import { checkUpdate, type StreamConfig, streamConfigOf } from "../jetstream/stream-config.ts";
import type { Stream } from "../jetstream/stream.ts";
import { NotSimulated } from "../not-simulated.ts";
import { collide } from "../wire/subjects.ts";
import type { Answer, ApiContext, Handle } from "./api-context.ts";
import { type Fields, readBody } from "./read-body.ts";

export const streamNamed = ({ streams }: ApiContext, name: string | undefined): Stream => {
  const stream = streams.get(name ?? "");
  if (stream === undefined) throw new Refused(apiError.streamNotFound);
  return stream;
};

const ZERO_TIME = "0001-01-01T00:00:00Z";
const timeOf = (ms: number): string => (ms === 0 ? ZERO_TIME : new Date(ms).toISOString());

/** Subjects are told so many at a time. */
const MOST_SUBJECTS = 100_000;

const infoOf = (context: ApiContext, stream: Stream, asked: Fields = {}): Answer => {
  const { log, config, consumers, createdMs } = stream;
  const filter = asked["subjects_filter"] as string | undefined;
  const subjects = filter === undefined || filter === "" ? undefined : log.totals(filter);
  const total = subjects === undefined ? 0 : Object.keys(subjects).length;
  const deleted = log.count === 0 ? 0 : log.lastSeq - log.firstSeq + 1 - log.count;
  const cluster = context.clusterOf(stream);
  return {
    config,
    created: new Date(createdMs).toISOString(),
    state: {
      messages: log.count,
      bytes: log.bytes + stream.ballast,
      first_seq: log.firstSeq,
      first_ts: timeOf(log.first()?.ts ?? 0),
      last_seq: log.lastSeq,
      last_ts: timeOf(log.lastTs),
      ...(log.subjects > 0 ? { num_subjects: log.subjects } : {}),
      ...(total > 0 ? { subjects } : {}),
      ...(deleted > 0 ? { num_deleted: deleted } : {}),
      consumer_count: consumers.size,
    },
    ...(cluster === undefined ? {} : { cluster }),
    ts: context.now().toISOString(),
  };
};

/** Throws where the streams would reserve more than the server may keep. */
const checkRoom = (context: ApiContext, name: string, maxBytes: number): void => {
  let reserved = Math.max(0, maxBytes);
  for (const { config } of context.streams.values())
    if (config.name !== name) reserved += Math.max(0, config.max_bytes);
  if (reserved > context.storeLimit) throw new Refused(apiError.outOfStore);
};

const checkOverlap = (context: ApiContext, name: string, subjects: readonly string[]): void => {
  for (const { config } of context.streams.values()) {
    if (config.name === name) continue;
    if (config.subjects.some((theirs) => subjects.some((ours) => collide(theirs, ours))))
      throw new Refused(apiError.subjectsOverlap);
  }
};

const createStream: Handle = (context, { tokens, body }) => {
  const given = readBody(body, undefined);
  const config = streamConfigOf(given, context.replicas > 1);
  if (config.name !== tokens[2]) throw new Refused(apiError.streamMismatch);
  const known = context.streams.get(config.name);
  if (known !== undefined) {
    if (JSON.stringify(known.config) !== JSON.stringify(config)) throw new Refused(apiError.streamNameExists);
    return infoOf(context, known);
  }
  checkOverlap(context, config.name, config.subjects);
  checkRoom(context, config.name, config.max_bytes);
  return { ...infoOf(context, context.addStream(config)), did_create: true };
};

const updateStream: Handle = (context, { tokens, body }) => {
  const given = readBody(body, undefined);
  const stream = streamNamed(context, tokens[2]);
  const config = streamConfigOf(given, context.replicas > 1);
  checkUpdate(stream.config, config);
  checkOverlap(context, config.name, config.subjects);
  checkRoom(context, config.name, config.max_bytes);
  stream.reconfigure(config);
  return infoOf(context, stream);
};

const streamInfo: Handle = (context, { tokens, body }) => {
  const asked = readBody(body, ["subjects_filter", "offset"]);
  const info = infoOf(context, streamNamed(context, tokens[2]), asked);
  const { subjects } = info["state"] as { readonly subjects?: object };
  const total = subjects === undefined ? 0 : Object.keys(subjects).length;
  return { total, offset: 0, limit: total === 0 ? 0 : MOST_SUBJECTS, ...info };
};

const deleteStream: Handle = (context, { tokens }) => {
  context.removeStream(streamNamed(context, tokens[2]));
  return { success: true };
};

const listed = (context: ApiContext, body: Uint8Array): readonly Stream[] => {
  const { subject } = readBody(body, ["offset", "subject"]) as { readonly subject?: string };
  return [...context.streams.values()]
    .filter(({ config }) => subject === undefined || config.subjects.some((each) => collide(each, subject)))
    .toSorted((a, b) => (a.config.name < b.config.name ? -1 : 1));
};

const page = <T>(items: readonly T[], body: Uint8Array, limit: number): readonly [Answer, readonly T[]] => {
  const { offset = 0 } = readBody(body, undefined) as { readonly offset?: number };
  return [{ total: items.length, offset, limit }, items.slice(offset, offset + limit)];
};

/** What the server knows of versions it tells of one stream, not of many. */
const asListed = (info: Answer): Answer => {
  const { metadata, ...config } = info["config"] as StreamConfig;
  const { "_nats.level": _level, "_nats.ver": _version, ...rest } = metadata ?? {};
  return { ...info, config: { ...config, metadata: rest } };
};

const listStreams: Handle = (context, { body }) => {
  const [paging, streams] = page(listed(context, body), body, 256);
  return { ...paging, streams: streams.map((stream) => asListed(infoOf(context, stream))) };
};

const streamNames: Handle = (context, { body }) => {
  const [paging, streams] = page(listed(context, body), body, 1024);
  return { ...paging, streams: streams.length === 0 ? null : streams.map(({ config }) => config.name) };
};

const purge: Handle = (context, { tokens, body }) => {
  const asked = readBody(body, ["filter", "seq", "keep"]) as {
    readonly filter?: string;
    readonly seq?: number;
    readonly keep?: number;
  };
  const { filter = "", seq = 0, keep = 0 } = asked;
  if (seq > 0 && keep > 0) throw new Refused(apiError.badRequest);
  if (keep > 0) throw new NotSimulated("a purge that keeps some");
  const stream = streamNamed(context, tokens[2]);
  if (stream.config.deny_purge) throw new Refused(apiError.purgeFailed("stream purge not permitted"));
  return { success: true, purged: stream.purge({ filter, seq }) };
};

const accountInfo: Handle = ({ streams, storeLimit }) => {
  let [storage, reserved, consumers] = [0, 0, 0];
  for (const { log, config, consumers: of } of streams.values()) {
    storage += log.bytes;
    reserved += Math.max(0, config.max_bytes);
    consumers += of.size;
  }
  return {
    memory: 0,
    storage,
    reserved_memory: 0,
    reserved_storage: reserved,
    streams: streams.size,
    consumers,
    limits: {
      max_memory: -1,
      max_storage: Number.isFinite(storeLimit) ? storeLimit : -1,
      max_streams: -1,
      max_consumers: -1,
      max_ack_pending: -1,
      memory_max_stream_bytes: -1,
      storage_max_stream_bytes: -1,
      max_bytes_required: false,
    },
    api: { level: 5, total: 0, errors: 0 },
  };
};

/** By what follows `$JS.API`, with the type of the answer. */
export const streamRequests: Readonly<Record<string, readonly [string, Handle]>> = {
  INFO: ["account_info", accountInfo],
  "STREAM.CREATE": ["stream_create", createStream],
  "STREAM.UPDATE": ["stream_update", updateStream],
  "STREAM.INFO": ["stream_info", streamInfo],
  "STREAM.DELETE": ["stream_delete", deleteStream],
  "STREAM.LIST": ["stream_list", listStreams],
  "STREAM.NAMES": ["stream_names", streamNames],
  "STREAM.PURGE": ["stream_purge", purge],
};
