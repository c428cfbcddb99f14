import { silentTelemetry, type Telemetry } from "@evenkeel/telemetry";
import { startNats, type TestNats } from "@evenkeel/testing";
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
  readonly nats: TestNats;
  readonly identities: Identities;
  readonly config: (service: ServiceName, instance?: string) => BusConfig;
  readonly connect: (service: ServiceName, instance?: string, telemetry?: Telemetry) => Promise<Bus>;
  /** Starts the server again on the same store and address. */
  readonly restart: () => Promise<TestNats>;
}

export const startTestBus = async (): Promise<TestBus> => {
  await using stack = new AsyncDisposableStack();
  const identities = createIdentities();
  const extra = identities.authorization;
  let nats = await startNats({ extra, jetstream: { syncInterval: "always" } });
  stack.defer(() => nats[Symbol.asyncDispose]());
  const counts = smallProfile;
  const silent = silentTelemetry();
  await migrateBus(
    { servers: [nats.url], installation, seed: identities.migrate.seed, counts, monitorUrl: nats.monitorUrl },
    silent.log,
  );
  const config = (service: ServiceName, instance = "one"): BusConfig => ({
    servers: [nats.url],
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
    identities,
    config,
    connect: async (service, instance, telemetry = silentTelemetry(service)) =>
      buses.use(await connectBus(config(service, instance), telemetry)),
    async restart() {
      const port = Number(new URL(nats.url).port);
      const folder = nats.folder;
      nats = await startNats({ extra, jetstream: { syncInterval: "always" }, folder, port });
      return nats;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
