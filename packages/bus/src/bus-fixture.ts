import { silentTelemetry, type Telemetry } from "@evenkeel/telemetry";
import { startNats, startNatsCluster, type TestNats } from "@evenkeel/testing";
import { smallProfile } from "@evenkeel/contracts";
import { vi } from "vitest";

import type { BusConfig } from "./bus-config.ts";
import { connectBus } from "./connect-bus.ts";
import { createIdentities, type Identities } from "./identities.ts";
import { migrateBus } from "./migrate.ts";
import type { Bus, ServiceName } from "./port.ts";

// For the tests of this package only: a real server, migrated, with every permission in force.

vi.setConfig({ testTimeout: 60_000 });

export const installation = "test-installation";

export interface TestBus extends AsyncDisposable {
  /** The only server, or the first. */
  readonly nats: TestNats;
  readonly servers: readonly TestNats[];
  readonly identities: Identities;
  readonly config: (service: ServiceName, instance?: string) => BusConfig;
  readonly connect: (service: ServiceName, instance?: string, telemetry?: Telemetry) => Promise<Bus>;
  /** Starts the only server again on the same store and address. */
  readonly restart: () => Promise<TestNats>;
}

export const startTestBus = async (replicas: 1 | 3 = 1): Promise<TestBus> => {
  await using stack = new AsyncDisposableStack();
  const identities = createIdentities();
  const extra = identities.authorization;
  const cluster = stack.use(await startNatsCluster(replicas, { extra, jetstream: { syncInterval: "always" } }));
  let [nats] = cluster.servers as [TestNats, ...TestNats[]];
  const servers = [...cluster.urls];
  const counts = smallProfile;
  const silent = silentTelemetry();
  await migrateBus(
    { servers, installation, seed: identities.migrate.seed, counts, replicas, monitorUrl: nats.monitorUrl },
    silent.log,
  );
  const config = (service: ServiceName, instance = "one"): BusConfig => ({
    servers,
    service,
    instance,
    installation,
    seed: identities.keys[service].seed,
    trust: identities.trust,
    counts,
    production: true,
  });
  const buses = new AsyncDisposableStack();
  stack.use(buses);
  const owned = stack.move();
  return {
    nats,
    servers: cluster.servers,
    identities,
    config,
    connect: async (service, instance, telemetry = silentTelemetry(service)) =>
      buses.use(await connectBus(config(service, instance), telemetry)),
    async restart() {
      const port = Number(new URL(nats.url).port);
      const folder = nats.folder;
      nats = owned.use(await startNats({ extra, jetstream: { syncInterval: "always" }, folder, port }));
      return nats;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
