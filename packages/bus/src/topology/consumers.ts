import type { ServiceName, ShardCounts } from "@evenkeel/contracts";

import type { StreamName } from "./streams.ts";

/** Policy of one family of durables; `{n}` stands for each partition or source shard. */
export interface ConsumerRow {
  readonly name: string;
  readonly stream: StreamName;
  /** Subject filter below `ek.v1.`. */
  readonly filter: string;
  readonly service: ServiceName;
  readonly each: "partition" | "sourceShard" | "once";
  readonly ackWaitSeconds: number;
  readonly maxAckPending: number;
  /** A handler that runs longer is told to stop and has failed. */
  readonly deadlineSeconds: number;
}

/**
 * Messages in hand of one durable, those that wait for a while among them: so many may wait before the next one does. How
 * many are worked on at once is the mailbox's affair.
 */
const MOST_WAITING = 256;

/** Every durable: pull, explicit ack, deliver all, no limit of deliveries. Created by the migration alone. */
export const consumers = [
  {
    name: "planner-{n}",
    stream: "COMMITS",
    filter: "commit.{n}.*",
    service: "renderer",
    each: "sourceShard",
    ackWaitSeconds: 30,
    maxAckPending: MOST_WAITING,
    deadlineSeconds: 600,
  },
  {
    name: "render-{n}",
    stream: "RENDERS",
    filter: "render.{n}.*.*",
    service: "renderer",
    each: "partition",
    ackWaitSeconds: 120,
    maxAckPending: MOST_WAITING,
    deadlineSeconds: 600,
  },
  {
    name: "applier-{n}",
    stream: "DESIRED",
    filter: "desired.{n}.*.*",
    service: "applier",
    each: "partition",
    ackWaitSeconds: 30,
    maxAckPending: MOST_WAITING,
    deadlineSeconds: 600,
  },
  {
    name: "heal-{n}",
    stream: "DRIFT",
    filter: "drift.{n}.*.*",
    service: "applier",
    each: "partition",
    ackWaitSeconds: 30,
    maxAckPending: MOST_WAITING,
    deadlineSeconds: 600,
  },
  {
    name: "timer-renderer-{n}",
    stream: "TIMERS",
    filter: "timer.due.renderer.{n}.*",
    service: "renderer",
    each: "partition",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
  {
    name: "timer-applier-{n}",
    stream: "TIMERS",
    filter: "timer.due.applier.{n}.*",
    service: "applier",
    each: "partition",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
  {
    name: "timer-notifier",
    stream: "TIMERS",
    filter: "timer.due.notifier.>",
    service: "notifier",
    each: "once",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
  {
    name: "notify-COMMITS",
    stream: "COMMITS",
    filter: "commit.>",
    service: "notifier",
    each: "once",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
  {
    name: "notify-DESIRED",
    stream: "DESIRED",
    filter: "desired.>",
    service: "notifier",
    each: "once",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
  {
    name: "notify-DRIFT",
    stream: "DRIFT",
    filter: "drift.>",
    service: "notifier",
    each: "once",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
  {
    name: "notify-APPLIED",
    stream: "APPLIED",
    filter: "applied.>",
    service: "notifier",
    each: "once",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
  {
    name: "notify-HEALTH",
    stream: "HEALTH",
    filter: "health.>",
    service: "notifier",
    each: "once",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
  {
    name: "notify-DEADLETTERS",
    stream: "DEADLETTERS",
    filter: "deadletter.>",
    service: "notifier",
    each: "once",
    ackWaitSeconds: 30,
    maxAckPending: 64,
    deadlineSeconds: 60,
  },
] as const satisfies readonly ConsumerRow[];

/** One durable with its number filled in. */
export interface Durable extends Omit<ConsumerRow, "each"> {
  readonly stream: StreamName;
}

/** All durables of a topology. */
export const durablesOf = (counts: ShardCounts): readonly Durable[] =>
  consumers.flatMap((row: ConsumerRow) => {
    const { each, ...rest } = row;
    const count = each === "once" ? 1 : each === "partition" ? counts.partitions : counts.sourceShards;
    return Array.from({ length: count }, (_unused, n) => ({
      ...rest,
      name: rest.name.replace("{n}", String(n)),
      filter: rest.filter.replace("{n}", String(n)),
    }));
  });
