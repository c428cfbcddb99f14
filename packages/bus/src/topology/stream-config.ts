import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  PersistMode,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/nats-core";
import { SUBJECT_ROOT } from "@evenkeel/contracts";

import { type BucketRow, bucketPolicies, bucketStream } from "./buckets.ts";
import type { Durable } from "./consumers.ts";
import { MAX_FACT_BYTES, type StreamRow, streams } from "./streams.ts";

/** `replicas` 1 is the small profile; `size` multiplies every limit of the tables. */
export interface Scale {
  readonly replicas: number;
  readonly size: number;
}

/** A rollup by whoever may write one subject empties the whole stream. */
const noRollups = { allow_rollup_hdrs: false } as const;

/** What a row becomes on the server. */
const shared = ({ replicas, size }: Scale, maxMiB: number, rebuildable: boolean): Partial<StreamConfig> => ({
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  num_replicas: replicas,
  duplicate_window: nanos(10 * 60_000),
  compression: StoreCompression.S2,
  allow_direct: false,
  max_bytes: Math.ceil(maxMiB * 1024 * 1024 * size * (replicas > 1 ? 8 : 1)),
  // On one replica only: what Git and the clusters can bring back is acknowledged before it is on disk.
  ...(replicas === 1 && rebuildable ? { persist_mode: PersistMode.Async } : {}),
});

export const streamConfig = (row: StreamRow, scale: Scale): Partial<StreamConfig> & { readonly name: string } => ({
  ...shared(scale, row.maxMiB, row.rebuildable),
  name: row.name,
  subjects: [SUBJECT_ROOT + row.subjects],
  max_msgs_per_subject: row.perSubject,
  ...(row.perSubject > 1 ? { discard: DiscardPolicy.Old } : {}),
  max_msg_size: MAX_FACT_BYTES,
  ...(row.maxAgeDays === undefined ? {} : { max_age: nanos(row.maxAgeDays * 86_400_000) }),
  ...(row.special === "ledger" ? { deny_delete: true, deny_purge: false } : {}),
  ...(row.special === "timers"
    ? // No schedules: they want rollups, and waits are on the local heap. On an older bus they cannot be taken away.
      { discard: DiscardPolicy.Old }
    : noRollups),
});

export const bucketConfig = (row: BucketRow, scale: Scale): Partial<StreamConfig> & { readonly name: string } => ({
  ...shared(scale, row.maxMiB, row.rebuildable),
  name: bucketStream(row.name),
  subjects: [`$KV.${row.name}.>`],
  max_msgs_per_subject: row.history,
  max_msg_size: row.maxValueBytes ?? 1024 * 1024,
  ...noRollups,
  allow_direct: row.immutable === true,
  ...(row.ttlSeconds === undefined
    ? {}
    : {
        max_age: nanos(row.ttlSeconds * 1000),
        duplicate_window: nanos(row.ttlSeconds * 1000),
        subject_delete_marker_ttl: 0,
      }),
  ...(row.deletedMarkSeconds === undefined ? {} : { allow_msg_ttl: true }),
});

/** What all streams and buckets together reserve on one server; nothing is taken by it. */
export const reservedBytes = (scale: Scale): number =>
  [...streams.map((row) => streamConfig(row, scale)), ...bucketPolicies.map((row) => bucketConfig(row, scale))]
    .map((stream) => stream.max_bytes ?? 0)
    .reduce((sum, bytes) => sum + bytes, 0);

export const consumerConfig = (durable: Durable, replicas: number): ConsumerConfig =>
  ({
    durable_name: durable.name,
    filter_subject: SUBJECT_ROOT + durable.filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(durable.ackWaitSeconds * 1000),
    max_ack_pending: durable.maxAckPending,
    max_deliver: -1,
    num_replicas: replicas,
  }) as ConsumerConfig;

/** What of our settings a stream can have: the server never gives a stream back the right to be purged. */
export const possibleFor = <T extends object>(wanted: T, found: Partial<StreamConfig>): T =>
  found.deny_purge === true ? { ...wanted, deny_purge: true } : wanted;

/** The settings of ours that the server has otherwise; what it adds by itself is not compared. */
export const differences = (wanted: object, found: object): readonly string[] =>
  Object.entries(wanted)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value]) => {
      const has = (found as Record<string, unknown>)[key];
      const same = JSON.stringify(has ?? zeroOf(value)) === JSON.stringify(value);
      return same ? [] : [`${key}: found ${JSON.stringify(has)}, wanted ${JSON.stringify(value)}`];
    });

/** The server leaves out what is zero. */
const zeroOf = (value: unknown): unknown => (value === false ? false : value === 0 ? 0 : undefined);
