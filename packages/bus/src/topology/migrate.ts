import { jetstream, type ConsumerInfo, type StreamConfig } from "@nats-io/jetstream";
import { parallel } from "@evenkeel/async";
import { buckets, type Topology } from "@evenkeel/contracts";
import type { Logger } from "@evenkeel/telemetry";

import type { MigrateConfig } from "../bus-config.ts";
import { BusCheckFailed } from "../bus-errors.ts";
import { bucketPolicies } from "./buckets.ts";
import { dial } from "../wire/connection.ts";
import { watchConnection } from "../wire/connection-watch.ts";
import { durablesOf } from "./consumers.ts";
import { readBirth, readOutdated } from "./bus-birth.ts";
import { askMonitor, monitorUrls } from "./ask-monitor.ts";
import { checkServer } from "./boot-checks.ts";
import { inboxPrefix } from "./permissions.ts";
import { openOwnState } from "../state/open-state.ts";
import { portsOf } from "../wire/ports.ts";
import { openRequests } from "../wire/requests.ts";
import { createSeal } from "../state/seal.ts";
import { signerOf } from "../trust/service-key.ts";
import { retried } from "../facts/read-stored.ts";
import { readNewestEpoch } from "./store-levels.ts";
import { bucketConfig, consumerConfig, differences, possibleFor, streamConfig } from "./stream-config.ts";
import { isOutOfStore, tooSmall, whereThereIsRoom } from "./store-too-small.ts";
import { streams } from "./streams.ts";
import { trustBundleOf, verifierFor } from "../trust/trust.ts";
import type { Wire } from "../wire/wire.ts";

/** More at once ran into the server's own request timeout on three replicas. */
const AT_ONCE = 8;

export interface Migrated {
  /** Names that were made; on a second run empty. */
  readonly created: readonly string[];
  readonly updated: readonly string[];
}

/** Creates or brings up to date every stream, bucket and durable, and records the topology. Safe to repeat. */
export const migrateBus = async (config: MigrateConfig, log: Logger, signal?: AbortSignal): Promise<Migrated> => {
  const signer = signerOf(config.seed);
  const self = { name: "migrate", publicKey: signer.publicKey } as const;
  const ports = portsOf(config);
  const nc = await dial(
    {
      servers: config.servers,
      name: "migrate",
      inboxPrefix: inboxPrefix("migrate"),
      signer,
      ...(config.tls && { tls: config.tls }),
    },
    ports,
    60_000,
    signal,
  );
  try {
    const js = jetstream(nc, { timeout: 10_000 });
    const jsm = await js.jetstreamManager(false);
    const replicas = config.replicas ?? 1;
    const wire: Wire = {
      clock: ports.clock,
      rng: ports.rng,
      nc,
      js,
      jsm,
      requests: openRequests(nc, inboxPrefix("migrate"), ports.clock),
      log,
      seal: createSeal(config.installation, signer, verifierFor(trustBundleOf([self])), "migrate"),
      singleReplica: replicas === 1,
      connection: watchConnection(nc, replicas === 1),
    };
    await checkServer(wire, signal);
    const scale = { replicas, size: config.size ?? 1 };
    const given = config.rebuild === undefined ? 0n : await removeOutdated(wire, config.rebuild, signal);
    const begun: string[] = [];
    const created: string[] = [];
    const updated: string[] = [];
    const wanted = [
      ...streams.map((row) => streamConfig(row, scale)),
      ...bucketPolicies.map((row) => ({
        ...bucketConfig(row, scale),
        ...("epochs" in row && row.epochs
          ? { first_seq: firstEpoch(ports.clock.now(), config.anchoredEpoch ?? 0n, given) }
          : {}),
      })),
    ];
    const withRoom: WithRoom = (act) => whereThereIsRoom(act, { config, scale, clock: ports.clock }, signal);
    // What is there first: where it becomes smaller, it makes room for what is missing.
    const missing: typeof wanted = [];
    const orTooSmall = async (error: unknown): Promise<never> => {
      if (!isOutOfStore(error)) throw error;
      // Empty, and part of no bus yet; several servers would not even make them smaller where all is taken.
      await parallel(begun, AT_ONCE, (name) => removeStream(wire, name, signal));
      throw await tooSmall(config, scale, error);
    };
    await parallel(wanted, AT_ONCE, async (stream) => {
      const made = await updateStream(wire, stream, withRoom, signal);
      if (made === "missing") missing.push(stream);
      else if (made === "updated") updated.push(stream.name);
    }).catch(orTooSmall);
    await parallel(missing, AT_ONCE, async (stream) => {
      begun.push(stream.name);
      await withRoom(() => addStream(wire, stream, signal));
      created.push(stream.name);
    }).catch(orTooSmall);
    await parallel(durablesOf(config.counts), AT_ONCE, async (durable) => {
      const settings = consumerConfig(durable, replicas);
      const found = await consumerInfo(wire, durable.stream, durable.name, signal);
      if (found !== undefined && differences(settings, found.config).length === 0) return;
      const { stream, name } = durable;
      await retried(
        wire,
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

/**
 * Removes every stream and bucket of the bus that was made up to a time: for one that came back from a backup and knows less
 * than the clusters. Git and the anchors on the clusters bring back what counts. Resolves to the largest term number that
 * the old bus has given out.
 */
const removeOutdated = async (wire: Wire, until: string, signal?: AbortSignal): Promise<bigint> => {
  const { names, birth = "" } = await readOutdated(wire, until, signal);
  if (names.length === 0) {
    wire.log.info("EVENKEEL_BUS_REBUILD names no bus that is there: it was made anew before, and nothing is removed", {
      named: until,
      made: birth,
    });
    return 0n;
  }
  const given = await readNewestEpoch(wire, signal).catch(() => 0n);
  await parallel(names, AT_ONCE, async (name) => {
    if (await removeStream(wire, name, signal)) wire.log.warn("stream removed, to be made anew", { stream: name });
  });
  return given;
};

/** False if it is not there. */
const removeStream = (wire: Wire, name: string, signal: AbortSignal | undefined): Promise<boolean> =>
  retried(
    wire,
    () =>
      wire.jsm.streams
        .delete(name)
        .catch((error: Error) => (error.name === "StreamNotFoundError" ? false : Promise.reject(error))),
    name,
    signal,
  );

/** Above every epoch ever given out: by time, and by what the clusters remember. Stays a safe integer beyond the year 4000. */
const firstEpoch = (now: Date, anchored: bigint, given: bigint): number => {
  const byTime = BigInt(Math.floor(now.getTime() / 1000)) * 65_536n;
  const known = anchored > given ? anchored : given;
  return Number(byTime > known ? byTime : known + 1n);
};

const addStream = async (
  wire: Wire,
  wanted: Partial<StreamConfig> & { readonly name: string },
  signal?: AbortSignal,
): Promise<void> => {
  await triedUnlessOutOfStore(wire, () => wire.jsm.streams.add(wanted), wanted.name, signal);
};

/** A store that is too small is so at the next try, too. */
const triedUnlessOutOfStore = async (
  wire: Wire,
  act: () => Promise<unknown>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const once = (): Promise<unknown> =>
    act().catch((error: unknown) => (isOutOfStore(error) ? error : Promise.reject(error)));
  const refused = await retried(wire, once, name, signal);
  if (refused instanceof Error) throw refused;
};

type WithRoom = (act: () => Promise<void>) => Promise<void>;

const updateStream = async (
  wire: Wire,
  wanted: Partial<StreamConfig> & { readonly name: string },
  withRoom: WithRoom,
  signal?: AbortSignal,
): Promise<"missing" | "updated" | "same"> => {
  const found = await retried(
    wire,
    () =>
      wire.jsm.streams
        .info(wanted.name)
        .catch((error: Error) => (error.name === "StreamNotFoundError" ? undefined : Promise.reject(error))),
    wanted.name,
    signal,
  );
  if (found === undefined) return "missing";
  const { first_seq: _only_at_birth, ...rest } = wanted;
  const settings = possibleFor(rest, found.config);
  if (settings !== rest) wire.log.warn(neverPurged(wanted.name, await readBirth(wire, signal)));
  const wrong = differences(settings, found.config);
  if (wrong.length === 0) return "same";
  if (wrong.some((difference) => /^(persist_mode|storage|retention):/.test(difference))) {
    throw new BusCheckFailed(`stream ${wanted.name} cannot be changed to what is wanted: ${wrong.join("; ")}`);
  }
  const update = (): Promise<unknown> => wire.jsm.streams.update(wanted.name, { ...found.config, ...settings });
  await withRoom(() => triedUnlessOutOfStore(wire, update, wanted.name, signal));
  return "updated";
};

const neverPurged = (stream: string, birth: string | undefined): string =>
  `${stream} was made by a version that let nobody purge it, and is not rotated: give it room with EVENKEEL_BUS_SIZE, or make the bus anew with EVENKEEL_BUS_REBUILD=${birth}, which loses what it holds`;

export const consumerInfo = (
  wire: Wire,
  stream: string,
  name: string,
  signal?: AbortSignal,
): Promise<ConsumerInfo | undefined> =>
  retried(
    wire,
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
  const recorded = openOwnState(wire, "migrate", buckets.topology);
  const last = await recorded.get({}, signal);
  if (last?.value !== undefined) {
    const wrong = differences({ ...wanted, replicas: undefined }, last.value);
    if (wrong.length > 0) throw new BusCheckFailed(`bus topology is another one: ${wrong.join("; ")}`);
  }
  await recorded.put({}, wanted, signal);
};

const recordServers = async (wire: Wire, config: MigrateConfig, signal?: AbortSignal): Promise<void> => {
  const urls = monitorUrls(config);
  if (urls.length === 0) return;
  const syncing = await Promise.all(
    urls.map(async (url) => {
      const { config: jetstreamConfig } = (await askMonitor(url, "/jsz?config=true", signal)) as {
        readonly config?: { readonly sync_always?: boolean };
      };
      return jetstreamConfig?.sync_always === true;
    }),
  );
  const known = { syncAlways: syncing.every(Boolean), server: wire.nc.info?.server_id ?? "" };
  const body = new TextEncoder().encode(JSON.stringify(known));
  await openOwnState(wire, "migrate", buckets.servers).put({}, body, signal);
};
