import { randomUUID } from "node:crypto";

import { jetstream, type ConsumerInfo, type StreamConfig } from "@nats-io/jetstream";
import { Topology } from "@evenkeel/contracts";
import type { Logger } from "@evenkeel/telemetry";

import type { MigrateConfig } from "./bus-config.ts";
import { BusCheckFailed } from "./bus-errors.ts";
import { buckets, bucketStream, bucketSubject } from "./buckets.ts";
import { dial } from "./connection.ts";
import { watchConnection } from "./connection-watch.ts";
import { durablesOf } from "./consumers.ts";
import { inParallel } from "./in-parallel.ts";
import { checkServer } from "./boot-checks.ts";
import { openRequests } from "./requests.ts";
import { signerOf } from "./service-key.ts";
import { readStored, retried } from "./read-stored.ts";
import { sendStored } from "./stored-send.ts";
import { bucketConfig, consumerConfig, differences, streamConfig } from "./stream-config.ts";
import { streams } from "./streams.ts";
import type { Wire } from "./wire.ts";

/** More at once ran into the server's own request timeout on three replicas. */
const atOnce = 8;

export interface Migrated {
  /** Names that were made; on a second run empty. */
  readonly created: readonly string[];
  readonly updated: readonly string[];
}

/** Creates or brings up to date every stream, bucket and durable, and records the topology. Safe to repeat. */
export const migrateBus = async (config: MigrateConfig, log: Logger, signal?: AbortSignal): Promise<Migrated> => {
  const signer = signerOf(config.seed);
  const nc = await dial(
    {
      servers: config.servers,
      name: "migrate",
      inboxPrefix: "_INBOX_migrate",
      signer,
      ...(config.tls && { tls: config.tls }),
    },
    60_000,
    signal,
  );
  try {
    const js = jetstream(nc, { timeout: 10_000 });
    const jsm = await js.jetstreamManager(false);
    const replicas = config.replicas ?? 1;
    const wire: Wire = {
      nc,
      js,
      jsm,
      requests: openRequests(nc),
      log,
      singleReplica: replicas === 1,
      connection: watchConnection(nc, replicas === 1),
    };
    await checkServer(wire, signal);
    const created: string[] = [];
    const updated: string[] = [];
    const wanted = [
      ...streams.map((row) => streamConfig(row, replicas)),
      ...buckets.map((row) => ({
        ...bucketConfig(row, replicas),
        ...("epochs" in row && row.epochs ? { first_seq: firstEpoch(config.anchoredEpoch ?? 0n) } : {}),
      })),
    ];
    await inParallel(wanted, atOnce, async (stream) => {
      const made = await ensureStream(wire, stream, signal);
      if (made !== "same") (made === "created" ? created : updated).push(stream.name);
    });
    await inParallel(durablesOf(config.counts), atOnce, async (durable) => {
      const settings = consumerConfig(durable, replicas);
      const found = await consumerInfo(wire, durable.stream, durable.name, signal);
      if (found !== undefined && differences(settings, found.config).length === 0) return;
      const { stream, name } = durable;
      await retried(
        () => (found ? jsm.consumers.update(stream, name, settings) : jsm.consumers.add(stream, settings)),
        name,
        signal,
      );
      (found === undefined ? created : updated).push(durable.name);
    });
    await recordTopology(wire, config, replicas, signal);
    await recordServers(wire, config, signal);
    return { created, updated };
  } finally {
    await nc.close();
  }
};

/** Above every epoch ever given out: by time, and by what the clusters remember. Stays a safe integer beyond the year 4000. */
const firstEpoch = (anchored: bigint): number => {
  const byTime = BigInt(Math.floor(Date.now() / 1000)) * 65_536n;
  return Number(byTime > anchored ? byTime : anchored + 1n);
};

const ensureStream = async (
  wire: Wire,
  wanted: Partial<StreamConfig> & { readonly name: string },
  signal?: AbortSignal,
): Promise<"created" | "updated" | "same"> => {
  const found = await retried(
    () =>
      wire.jsm.streams
        .info(wanted.name)
        .catch((error: Error) => (error.name === "StreamNotFoundError" ? undefined : Promise.reject(error))),
    wanted.name,
    signal,
  );
  if (found === undefined) {
    await retried(() => wire.jsm.streams.add(wanted), wanted.name, signal);
    return "created";
  }
  const { first_seq: _only_at_birth, ...settings } = wanted;
  const wrong = differences(settings, found.config);
  if (wrong.length === 0) return "same";
  if (wrong.some((difference) => /^(persist_mode|storage|retention):/.test(difference))) {
    throw new BusCheckFailed(`stream ${wanted.name} cannot be changed to what is wanted: ${wrong.join("; ")}`);
  }
  await retried(() => wire.jsm.streams.update(wanted.name, { ...found.config, ...settings }), wanted.name, signal);
  return "updated";
};

export const consumerInfo = (
  wire: Wire,
  stream: string,
  name: string,
  signal?: AbortSignal,
): Promise<ConsumerInfo | undefined> =>
  retried(
    () =>
      wire.jsm.consumers
        .info(stream, name)
        .catch((error: Error) => (error.name === "ConsumerNotFoundError" ? undefined : Promise.reject(error))),
    `consumer ${name}`,
    signal,
  );

const recordTopology = async (
  wire: Wire,
  config: MigrateConfig,
  replicas: number,
  signal?: AbortSignal,
): Promise<void> => {
  const wanted: Topology = {
    partitions: config.counts.partitions,
    sourceShards: config.counts.sourceShards,
    streamVersion: 1,
    installation: config.installation,
    replicas,
  };
  const subject = bucketSubject("config", "topology");
  const last = await readStored(wire, bucketStream("config"), { last_by_subj: subject }, signal);
  if (last !== undefined) {
    const wrong = differences({ ...wanted, replicas: undefined }, Topology.decode(last.data));
    if (wrong.length > 0) throw new BusCheckFailed(`bus topology is another one: ${wrong.join("; ")}`);
  }
  await putConfig(wire, "topology", Topology.encode(wanted).finish(), signal);
};

const recordServers = async (wire: Wire, config: MigrateConfig, signal?: AbortSignal): Promise<void> => {
  if (config.monitorUrl === undefined) return;
  const answer = await fetch(`${config.monitorUrl}/jsz?config=true`, { signal: signal ?? null });
  const { config: jetstreamConfig } = (await answer.json()) as { readonly config?: { readonly sync_always?: boolean } };
  const known = { syncAlways: jetstreamConfig?.sync_always === true, server: wire.nc.info?.server_id ?? "" };
  await putConfig(wire, "servers", new TextEncoder().encode(JSON.stringify(known)), signal);
};

const putConfig = async (wire: Wire, key: string, body: Uint8Array, signal?: AbortSignal): Promise<void> => {
  await sendStored(
    wire,
    { stream: bucketStream("config"), subject: bucketSubject("config", key), body, messageId: randomUUID() },
    { signal },
  );
};
