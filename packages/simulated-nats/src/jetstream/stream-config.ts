import { NotSimulated } from "../not-simulated.ts";
import { isValid } from "../wire/subjects.ts";
import { apiError, Refused } from "./api-error.ts";

/** A stream's settings as the server tells them; durations in nanoseconds. */
export interface StreamConfig {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly retention: "limits";
  readonly max_consumers: number;
  readonly max_msgs: number;
  readonly max_bytes: number;
  readonly max_age: number;
  readonly max_msgs_per_subject: number;
  readonly max_msg_size: number;
  readonly discard: "old" | "new";
  readonly storage: "file" | "memory";
  readonly num_replicas: number;
  readonly duplicate_window?: number;
  readonly compression: string;
  readonly first_seq?: number;
  readonly allow_direct: boolean;
  readonly sealed: boolean;
  readonly deny_delete: boolean;
  readonly deny_purge: boolean;
  readonly allow_rollup_hdrs: boolean;
  readonly allow_msg_ttl: boolean;
  readonly subject_delete_marker_ttl?: number;
  readonly persist_mode?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly [other: string]: unknown;
}

type Given = Readonly<Record<string, unknown>>;

const TWO_MINUTES = 120e9;

/** Settings that this server knows nothing of, unless they say what is the case without them. */
const notSimulated = [
  "mirror",
  "sources",
  "subject_transform",
  "republish",
  "placement",
  "no_ack",
  "discard_new_per_subject",
  "allow_msg_counter",
  "allow_atomic",
  "allow_msg_schedules",
  "allow_batched",
  "sealed",
  "mirror_direct",
];

const isSet = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  value !== 0 &&
  !(Array.isArray(value) && value.length === 0);

/** Fills in what is not given, as the server does. Throws Refused for what it would refuse. */
export const streamConfigOf = (given: Given, mayReplicate: boolean): StreamConfig => {
  const unknown = notSimulated.find((key) => isSet(given[key]));
  if (unknown !== undefined) throw new NotSimulated(`the stream setting ${unknown}`);
  if ((given["retention"] ?? "limits") !== "limits") throw new NotSimulated(`${String(given["retention"])} retention`);
  const name = (given["name"] as string | undefined) ?? "";
  if (name === "" || /[.*>\\/\s]/.test(name))
    throw invalid("stream name is required and can not contain '.', '*', '>', '\\', '/'");
  const number = (key: string): number => Number(given[key] ?? 0);
  const limit = (key: string): number => (number(key) <= 0 ? -1 : number(key));
  const flag = (key: string): boolean => given[key] === true;
  const replicas = Math.max(1, number("num_replicas"));
  if (replicas > 1 && !mayReplicate) throw new Refused(apiError.replicasNotSupported);
  const maxAge = number("max_age");
  if (maxAge !== 0 && maxAge < 100e6) throw invalid("max age needs to be >= 100ms");
  const window = number("duplicate_window") || (maxAge === 0 ? TWO_MINUTES : Math.min(maxAge, TWO_MINUTES));
  if (maxAge !== 0 && window > maxAge) throw invalid("duplicates window can not be larger then max age");
  if (window < 100e6) throw invalid("duplicates window needs to be >= 100ms");
  if (flag("deny_purge") && flag("allow_rollup_hdrs")) throw invalid("roll-ups require the purge permission");
  const marker = number("subject_delete_marker_ttl");
  if (marker > 0 && marker < 1e9) throw invalid("subject delete marker TTL must be at least 1 second");
  if (given["persist_mode"] === "async" && replicas > 1)
    throw invalid("async persist mode is not supported on replicated streams");
  const subjects = (given["subjects"] as readonly string[] | undefined) ?? [name];
  if (!subjects.every(isValid)) throw invalid("invalid subject");
  const { metadata } = given as { readonly metadata?: Readonly<Record<string, string>> };
  return {
    name,
    subjects,
    retention: "limits",
    max_consumers: limit("max_consumers"),
    max_msgs: limit("max_msgs"),
    max_bytes: limit("max_bytes"),
    max_age: maxAge,
    max_msgs_per_subject: limit("max_msgs_per_subject"),
    max_msg_size: limit("max_msg_size"),
    discard: given["discard"] === "new" ? "new" : "old",
    storage: given["storage"] === "memory" ? "memory" : "file",
    num_replicas: replicas,
    duplicate_window: window,
    compression: (given["compression"] as string | undefined) ?? "none",
    ...(number("first_seq") > 0 ? { first_seq: number("first_seq") } : {}),
    allow_direct: flag("allow_direct"),
    mirror_direct: false,
    sealed: false,
    deny_delete: flag("deny_delete"),
    deny_purge: marker > 0 ? false : flag("deny_purge"),
    allow_rollup_hdrs: marker > 0 || flag("allow_rollup_hdrs"),
    consumer_limits: {},
    allow_msg_ttl: marker > 0 || flag("allow_msg_ttl"),
    ...(marker > 0 ? { subject_delete_marker_ttl: marker } : {}),
    ...(given["persist_mode"] === "async" ? { persist_mode: "async" } : {}),
    metadata: { ...metadata, "_nats.level": "5", "_nats.req.level": levelOf(given), "_nats.ver": "2.15.1" },
  };
};

const invalid = (why: string): Refused => new Refused(apiError.invalidStreamConfig(why));

const levelOf = (given: Given): string => {
  if (given["persist_mode"] === "async") return "2";
  return given["allow_msg_ttl"] === true || Number(given["subject_delete_marker_ttl"] ?? 0) > 0 ? "1" : "0";
};

/** What an update may not change. Throws Refused. */
export const checkUpdate = (old: StreamConfig, next: StreamConfig): void => {
  const cannot = (what: string): Refused => invalid(`stream configuration update can not change ${what}`);
  if (next.storage !== old.storage) throw cannot("storage type");
  if (old.deny_delete && !next.deny_delete)
    throw invalid("stream configuration update can not cancel deny message deletes");
  if (old.deny_purge && !next.deny_purge) throw invalid("stream configuration update can not cancel deny purge");
  if (old.allow_msg_ttl && !next.allow_msg_ttl) throw invalid("message TTL status can not be disabled");
  if ((old.persist_mode ?? "") !== (next.persist_mode ?? "")) throw cannot("persist mode");
};
