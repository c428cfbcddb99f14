import { connectBus, createIdentities, createVerifiedMemo, migrateBus, nameClientsBy } from "@evenkeel/bus";
import type { Bus, Identities } from "@evenkeel/bus";
import type { ServiceName, ShardCounts } from "@evenkeel/contracts";
import { createSimulatedNats, simulatedDial } from "@evenkeel/simulated-nats";
import type { SimulatedNats } from "@evenkeel/simulated-nats";
import { silentTelemetry } from "@evenkeel/telemetry";
import type { Telemetry } from "@evenkeel/telemetry";

import { createProcess } from "../process/simulated-process.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import { createWire } from "../process/wire.ts";
import type { Wire } from "../process/wire.ts";
import { seeded } from "../time/seeded.ts";
import { createVirtualTime } from "../time/virtual-time.ts";
import type { VirtualTime } from "../time/virtual-time.ts";

/** Streams and buckets that Git and the clusters can rebuild: a server does not sync each of their writes. */
const unsynced = [
  "COMMITS",
  "PLANS",
  "RENDERS",
  "DESIRED",
  "DRIFT",
  "APPLIED",
  "HEALTH",
  "KV_members",
  "KV_status",
  "KV_blobs",
];

/** Few, as most of what happens in a world at rest is the heartbeats of whoever waits for work of a shard. */
export const COUNTS: ShardCounts = { partitions: 2, sourceShards: 2 };

export const INSTALLATION = "world";

/** The bus of a world: a simulated server, and the wire that each process has to it. */
export interface WorldBus {
  readonly server: SimulatedNats;
  /** Names of all that there are. */
  readonly streams: readonly string[];
  /** Gives a process its wire to the server; both end with it. */
  attach(process: SimulatedProcess, wire: Wire): void;
  /** No connection stands, and none is accepted until it is called. */
  goDown(): () => void;
  /** The newest messages of every stream that was not synced are lost with a server that was killed. */
  loseTail(messages: number): void;
  connect(service: ServiceName, instance: string, process: SimulatedProcess, telemetry: Telemetry): Promise<Bus>;
}

type Snapshot = ReturnType<SimulatedNats["snapshot"]>;

/** What every world of this process begins with: keys, what is known to be well signed, and a bus that was migrated once. */
export interface BusBeginning {
  readonly identities: Identities;
  /** By how many servers there are. */
  readonly migrated: Readonly<Record<1 | 3, Snapshot>>;
  readonly verified: ReturnType<typeof createVerifiedMemo>;
}

const openServer = (servers: 1 | 3, time: VirtualTime, own: SimulatedProcess, onFault: (error: unknown) => void) => {
  const wires = new Map<string, Wire>();
  const server = createSimulatedNats({
    ...own.machine,
    replicas: servers,
    onFault,
    deliver: (_bytes, from, to, pass) => {
      const outward = wires.get(from);
      if (outward !== undefined) outward.send(pass);
      else wires.get(to)?.answer(pass);
    },
  });
  const attach = (process: SimulatedProcess, wire: Wire): void => {
    wires.set(process.name, wire);
    process.killed.addEventListener("abort", () => {
      // The kernel of a dead process closes what it had open.
      time.after(1, () => {
        wires.delete(process.name);
        for (const { connections } of server.nodes)
          for (const each of connections) if (each.clientName === process.name) each.cut();
      });
    });
  };
  return { server, attach };
};

const dialAs =
  (server: SimulatedNats, { name }: SimulatedProcess): NonNullable<Parameters<typeof connectBus>[0]["dial"]> =>
  (options) =>
    simulatedDial(server)({ ...options, name });

/** A bus as its migration leaves it. */
const migrated = async (servers: 1 | 3, identities: Identities): Promise<Snapshot> => {
  const chance = seeded(servers);
  const time = createVirtualTime(chance.fork("order"));
  const own = createProcess("nats", time, chance.fork("nats"));
  const process = createProcess("migrate", time, chance.fork("migrate"));
  const { server, attach } = openServer(servers, time, own, (error) => {
    throw error;
  });
  attach(process, createWire(process, time, chance.fork("wire")));
  const { log } = silentTelemetry("migrate");
  const ports = { dial: dialAs(server, process), ...process.machine };
  const bus = { servers: [...server.urls], replicas: servers, installation: INSTALLATION, counts: COUNTS };
  let isDone = false;
  const migrating = process
    .run(() => migrateBus({ ...bus, seed: identities.migrate.seed, ...ports }, log))
    .finally(() => (isDone = true));
  while (!isDone && (await time.step(time.nowMs() + 60_000)));
  await migrating;
  return server.snapshot();
};

/** Migrates buses once: each world begins with a snapshot of one. To be called with virtual globals. */
export const beginBus = async (): Promise<BusBeginning> => {
  const chance = seeded(0);
  const identities = createIdentities(COUNTS, { bytes: (count) => chance.bytes(count) });
  return {
    identities,
    migrated: { 1: await migrated(1, identities), 3: await migrated(3, identities) },
    verified: createVerifiedMemo(),
  };
};

export const openWorldBus = (
  beginning: BusBeginning,
  servers: 1 | 3,
  time: VirtualTime,
  own: SimulatedProcess,
  onFault: (error: unknown) => void,
): WorldBus => {
  nameClientsBy(own.machine.rng);
  const { server, attach } = openServer(servers, time, own, onFault);
  server.restore(beginning.migrated[servers]);
  let down = 0;
  return {
    server,
    streams: beginning.migrated[servers].streams.map(({ config }) => config.name),
    attach,
    goDown: () => {
      down += 1;
      server.kill();
      return () => {
        down -= 1;
        if (down === 0) server.start();
      };
    },
    loseTail: (messages) => {
      server.kill();
      for (const stream of unsynced) server.loseTail(stream, messages);
      server.start();
    },
    connect: (service, instance, process, telemetry) =>
      connectBus(
        {
          servers: [...server.urls],
          instance,
          installation: INSTALLATION,
          counts: COUNTS,
          ...beginning.identities.loginOf(service),
          verified: beginning.verified,
          dial: dialAs(server, process),
          ...process.machine,
        },
        telemetry,
      ),
  };
};
