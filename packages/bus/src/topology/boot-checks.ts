import { orAborted } from "@evenkeel/async";
import { jetstreamManager, type StreamInfo } from "@nats-io/jetstream";
import { buckets, type ShardCounts, Topology } from "@evenkeel/contracts";

import { againMs } from "../wire/back-off.ts";
import { BusCheckFailed, BusUnavailable } from "../bus-errors.ts";
import { bucketPolicies, bucketStream, bucketSubject } from "./buckets.ts";
import { failureOf, wordsOf } from "../wire/explain-failure.ts";
import { openState } from "../state/open-state.ts";
import { readStored, retried, textOf } from "../facts/read-stored.ts";
import { bucketConfig, differences, possibleFor, streamConfig } from "./stream-config.ts";
import { streams } from "./streams.ts";
import type { Wire } from "../wire/wire.ts";

/** What the program may do on a server of this version. */
export type ServerStanding = "supported" | "degraded" | "refused";

/** Below 2.12 message TTLs are accepted and ignored; below 2.14 there is no consumer reset. */
export const standingOf = (version: string): ServerStanding => {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (major > 2 || (major === 2 && minor >= 14)) return "supported";
  return major === 2 && minor >= 12 ? "degraded" : "refused";
};

/** Time in which a cluster without a leader may answer as if JetStream were not there. */
const LEADERLESS_MS = 60_000;

/** A cluster that elects its leader drops the question: the first answer is not awaited as long as any other. */
const answerMs = (attempt: number): number => Math.min(500 * 2 ** attempt, 5_000);

/** Checks version and JetStream API level of the server. */
export const checkServer = async (wire: Wire, signal?: AbortSignal): Promise<ServerStanding> => {
  const version = wire.nc.info?.version ?? "unknown";
  const standing = standingOf(version);
  if (standing === "refused") throw new BusCheckFailed(`nats-server version: found ${version}, wanted >= 2.14.0`);
  if (standing === "degraded")
    wire.log.warn("nats-server is older than supported", { found: version, wanted: "2.14.0" });
  const end = wire.clock.monotonic() + LEADERLESS_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      const asking = await jetstreamManager(wire.nc, { checkAPI: false, timeout: answerMs(attempt) });
      const { api } = await orAborted(asking.getAccountInfo(), signal);
      const level = (api as { readonly level?: number }).level ?? 0;
      if (level < 2) throw new BusCheckFailed(`JetStream api level: found ${level}, wanted >= 2`);
      return standing;
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (error instanceof BusCheckFailed) throw error;
      if (failureOf(error) === "refused" || wire.clock.monotonic() > end) {
        throw new BusUnavailable(`JetStream of ${wire.nc.getServer()} is not available: ${wordsOf(error)}`, {
          cause: error,
        });
      }
      await wire.clock.sleep(againMs(attempt, wire.rng), signal);
    }
  }
};

/** Reads back topology and streams; a difference names stream, key, what was found and what is wanted. */
export const checkTopology = async (
  wire: Wire,
  wanted: { readonly counts: ShardCounts; readonly installation: string; readonly production: boolean },
  signal?: AbortSignal,
): Promise<Topology> => {
  const stored = await openState(wire, buckets.topology)
    .get({}, signal)
    .catch((error: Error) => {
      throw new BusCheckFailed(`bus is not set up (run the bus migration): ${wordsOf(error)}`, { cause: error });
    });
  const topology = stored?.value;
  if (topology === undefined) throw await withoutTopology(wire, wanted.installation, signal);
  const wrong = differences(
    {
      partitions: wanted.counts.partitions,
      sourceShards: wanted.counts.sourceShards,
      installation: wanted.installation,
      streamVersion: 1,
    },
    topology,
  );
  if (wrong.length > 0) throw new BusCheckFailed(`config/topology ${wrong.join("; ")}`);
  if (wanted.production) await checkSynced(wire, signal);
  // How much each may hold is the installation's choice.
  const scale = { replicas: topology.replicas, size: 1 };
  const rows = [
    ...streams.map((row) => ({ ...streamConfig(row, scale), max_bytes: undefined })),
    ...bucketPolicies.map((row) => ({ ...bucketConfig(row, scale), max_bytes: undefined })),
  ];
  const problems = await Promise.all(
    rows.map(async (row) => {
      const info: StreamInfo = await retried(wire, () => wire.jsm.streams.info(row.name), `stream ${row.name}`, signal);
      return differences(possibleFor(row, info.config), info.config).map(
        (difference) => `stream ${row.name} ${difference}`,
      );
    }),
  );
  if (problems.flat().length > 0) throw new BusCheckFailed(problems.flat().join("; "));
  return topology;
};

/** What was signed for another installation reads like what nobody signed; the text of it says which. */
const withoutTopology = async (wire: Wire, installation: string, signal?: AbortSignal): Promise<BusCheckFailed> => {
  const query = { last_by_subj: bucketSubject("config", buckets.topology.template) };
  const stored = await readStored(wire, bucketStream("config"), query, signal);
  const other = stored === undefined ? undefined : installationIn(stored.data);
  if (other !== undefined && other !== installation) {
    return new BusCheckFailed(`config/topology installation: found ${JSON.stringify(other)}, wanted "${installation}"`);
  }
  const remedy = "run the bus migration, with the key that the trust bundle names as migrate";
  return new BusCheckFailed(`config/topology: found nothing that was signed, wanted a topology (${remedy})`);
};

const installationIn = (data: Uint8Array): string | undefined => {
  try {
    return Topology.decode(data).installation;
  } catch {
    return undefined;
  }
};

const checkSynced = async (wire: Wire, signal?: AbortSignal): Promise<void> => {
  const stored = await openState(wire, buckets.servers).get({}, signal);
  const known =
    stored?.value === undefined ? undefined : (JSON.parse(textOf(stored.value)) as { readonly syncAlways?: boolean });
  if (known?.syncAlways !== true) {
    throw new BusCheckFailed(
      `config/servers syncAlways: found ${String(known?.syncAlways)}, wanted true (sync_interval: always)`,
    );
  }
};
