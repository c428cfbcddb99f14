import { NotSimulated } from "../not-simulated.ts";
import { collide, isValid } from "../wire/subjects.ts";
import { apiError, Refused } from "./api-error.ts";
import type { StreamConfig } from "./stream-config.ts";

/** A consumer's settings as the server tells them; durations in nanoseconds. */
export interface ConsumerConfig {
  readonly durable_name?: string;
  readonly name: string;
  readonly description?: string;
  readonly deliver_policy: "all" | "last_per_subject" | "by_start_sequence" | "new" | "last";
  readonly opt_start_seq?: number;
  readonly ack_policy: "none" | "explicit";
  readonly ack_wait?: number;
  readonly max_deliver?: number;
  readonly filter_subject?: string;
  readonly replay_policy: "instant";
  readonly max_waiting?: number;
  readonly max_ack_pending?: number;
  readonly flow_control?: boolean;
  readonly headers_only?: boolean;
  readonly deliver_subject?: string;
  readonly idle_heartbeat?: number;
  readonly inactive_threshold?: number;
  readonly num_replicas: number;
  readonly mem_storage?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

type Given = Readonly<Record<string, unknown>>;

/** Settings that this server knows; anything else is not passed over. */
const known = new Set<string>(
  `durable_name name description deliver_policy opt_start_seq ack_policy ack_wait max_deliver filter_subject replay_policy
   max_waiting max_ack_pending flow_control headers_only deliver_subject idle_heartbeat inactive_threshold num_replicas
   mem_storage metadata`.split(/\s+/),
);
const deliverPolicies = new Set(["all", "last_per_subject", "by_start_sequence", "new", "last"]);

/** Fills in what is not given, as the server does. Throws Refused for what it would refuse. */
export const consumerConfigOf = (given: Given, name: string, stream: StreamConfig): ConsumerConfig => {
  for (const [key, value] of Object.entries(given))
    if (!known.has(key) && value !== undefined && value !== null && value !== false && value !== 0)
      throw new NotSimulated(`the consumer setting ${key}`);
  const number = (key: string): number => Number(given[key] ?? 0);
  const text = (key: string): string => (given[key] as string | undefined) ?? "";
  const policy = text("deliver_policy") || "all";
  if (!deliverPolicies.has(policy)) throw new NotSimulated(`the deliver policy ${policy}`);
  const acks = text("ack_policy") || "none";
  if (acks !== "explicit" && acks !== "none") throw new NotSimulated(`the ack policy ${acks}`);
  if ((text("replay_policy") || "instant") !== "instant") throw new NotSimulated("replay at its own pace");
  const isPush = text("deliver_subject") !== "";
  const isExplicit = acks === "explicit";
  const config: ConsumerConfig = {
    ...(text("durable_name") === "" ? {} : { durable_name: text("durable_name") }),
    name,
    ...(text("description") === "" ? {} : { description: text("description") }),
    deliver_policy: policy as ConsumerConfig["deliver_policy"],
    ...(number("opt_start_seq") > 0 ? { opt_start_seq: number("opt_start_seq") } : {}),
    ack_policy: acks,
    ...(isExplicit
      ? { ack_wait: number("ack_wait") || 30e9 }
      : given["ack_wait"]
        ? { ack_wait: number("ack_wait") }
        : {}),
    max_deliver: number("max_deliver") > 0 ? number("max_deliver") : -1,
    ...(text("filter_subject") === "" ? {} : { filter_subject: text("filter_subject") }),
    replay_policy: "instant",
    ...(isPush && number("max_waiting") === 0 ? {} : { max_waiting: number("max_waiting") || 512 }),
    ...(isExplicit
      ? { max_ack_pending: number("max_ack_pending") || 1000 }
      : number("max_ack_pending") === 0
        ? {}
        : { max_ack_pending: number("max_ack_pending") }),
    ...(given["flow_control"] === true ? { flow_control: true } : {}),
    ...(given["headers_only"] === true ? { headers_only: true } : {}),
    ...(isPush ? { deliver_subject: text("deliver_subject") } : {}),
    ...(number("idle_heartbeat") > 0 ? { idle_heartbeat: number("idle_heartbeat") } : {}),
    ...(number("inactive_threshold") > 0 ? { inactive_threshold: number("inactive_threshold") } : {}),
    num_replicas: number("num_replicas"),
    ...(given["mem_storage"] === true ? { mem_storage: true } : {}),
    metadata: {
      ...(given["metadata"] as Readonly<Record<string, string>> | undefined),
      "_nats.level": "5",
      "_nats.req.level": "0",
      "_nats.ver": "2.15.1",
    },
  };
  check(config, stream, isPush);
  return config;
};

const check = (config: ConsumerConfig, stream: StreamConfig, isPush: boolean): void => {
  const refuse = (error: ReturnType<typeof apiError.invalidPolicy>): never => {
    throw new Refused(error);
  };
  const policy = (why: string): never => refuse(apiError.invalidPolicy(`consumer delivery policy is deliver ${why}`));
  const { filter_subject: filter } = config;
  if (isPush) {
    if (config.max_waiting !== undefined) refuse(apiError.pushMaxWaiting);
    if ((config.max_ack_pending ?? 0) > 0 && config.ack_policy === "none") refuse(apiError.maxPendingNeedsAcks);
    if ((config.idle_heartbeat ?? 100e6) < 100e6) refuse(apiError.smallHeartbeat);
  } else {
    if (config.idle_heartbeat !== undefined) refuse(apiError.heartbeatNeedsPush);
    if (config.flow_control === true) refuse(apiError.flowControlNeedsPush);
  }
  if (filter !== undefined && !isValid(filter)) refuse(apiError.invalidStreamConfig("malformed subject"));
  const starts = config.opt_start_seq !== undefined;
  if (config.deliver_policy === "by_start_sequence") {
    if (!starts) policy("by start sequence, but optional start sequence is not set");
  } else if (starts) {
    const words = config.deliver_policy.replaceAll("_", " ");
    policy(`${words}, but optional start sequence is also set`);
  }
  if (config.deliver_policy === "last_per_subject" && filter === undefined)
    policy("last per subject, but optional filter subject is not set");
  if (config.flow_control === true && config.idle_heartbeat === undefined) refuse(apiError.flowControlNeedsHeartbeats);
  if (config.num_replicas > stream.num_replicas)
    throw new NotSimulated("a consumer with more replicas than its stream");
  if (filter !== undefined && !stream.subjects.some((subject) => collide(subject, filter)))
    throw new NotSimulated(`the filter ${filter} on a stream that takes none of it`);
};

const fixed: readonly (readonly [keyof ConsumerConfig, string])[] = [
  ["deliver_policy", "deliver policy"],
  ["mem_storage", "storage type"],
  ["opt_start_seq", "start sequence"],
  ["ack_policy", "ack policy"],
  ["replay_policy", "replay policy"],
  ["idle_heartbeat", "heart beats"],
  ["flow_control", "flow control"],
  ["max_waiting", "max waiting"],
];

/** What may not change of a consumer. Throws Refused. */
export const checkConsumerUpdate = (old: ConsumerConfig, next: ConsumerConfig): void => {
  const changed = fixed.find(([key]) => old[key] !== next[key]);
  if (changed !== undefined) throw new Refused(apiError.consumerUpdate(`${changed[1]} can not be updated`));
  if (old.deliver_subject !== next.deliver_subject) throw new NotSimulated("another deliver subject of a consumer");
};
