import { silentTelemetry, type Telemetry } from "@evenkeel/telemetry";
import type { TestNats } from "@evenkeel/testing";
import { smallProfile } from "@evenkeel/contracts";
import type { ServiceName } from "@evenkeel/contracts";
import { jetstreamManager } from "@nats-io/jetstream";
import { nkeyAuthenticator, type NatsConnection } from "@nats-io/nats-core";
import type { NodeConnectionOptions } from "@nats-io/transport-node";
import { vi } from "vitest";

import type { BusConfig, MigrateConfig } from "./bus-config.ts";
import { busOf, connectCore } from "./connect-bus.ts";
import { header } from "./wire/headers.ts";
import { createIdentities, type Identities } from "./trust/identities.ts";
import { migrateBus } from "./topology/migrate.ts";
import type { Migrated } from "./topology/migrate.ts";
import { inboxPrefix } from "./topology/permissions.ts";
import type { Bucket, BucketName, Bus, Codec } from "./port.ts";
import { openBucket, rawCodec } from "./state/bucket.ts";
import { startTestServers } from "./test-servers.fixture.ts";

// For the tests of this package only: a real server, migrated, with every permission in force.

vi.setConfig({ testTimeout: 60_000 });

export const installation = "test-installation";

/** A bus whose buckets can be reached by any key and as any type, or as bytes. */
export interface OpenBus extends Bus {
  readonly bucket: <T>(name: BucketName, codec: Codec<T>) => Bucket<T>;
  readonly bytes: (name: BucketName) => Bucket<Uint8Array>;
}

const connectOpen = async (config: BusConfig, telemetry: Telemetry): Promise<OpenBus> => {
  const connected = await connectCore(config, telemetry);
  const { wire } = connected.core;
  return {
    ...busOf(connected),
    bucket: (name, codec) => openBucket(wire, name, codec),
    bytes: (name) => openBucket(wire, name, rawCodec),
  };
};

export interface TestBus extends AsyncDisposable {
  /** The only server, or the first. */
  readonly nats: TestNats;
  readonly servers: readonly TestNats[];
  readonly identities: Identities;
  /** Migrates again. */
  readonly migrate: (more: Partial<MigrateConfig>) => Promise<Migrated>;
  /** Connects a client that is not ours. */
  readonly dial: (options: NodeConnectionOptions) => Promise<NatsConnection>;
  readonly config: (service: ServiceName, instance?: string) => BusConfig;
  readonly connect: (service: ServiceName, instance?: string, telemetry?: Telemetry) => Promise<OpenBus>;
  /** Connects by another address, such as that of a proxy. */
  readonly connectBy: (url: string, service: ServiceName, instance: string, telemetry?: Telemetry) => Promise<Bus>;
  /** What a client that is not ours needs to come in as a service. */
  readonly rawLogin: (service: ServiceName) => { readonly seed: Uint8Array; readonly inbox: string };
  /** Signature and expectation that a stored message came with. */
  readonly rawHeaders: (
    stream: string,
    sequence: number,
  ) => Promise<{ readonly signature: string; readonly expectLast: string }>;
  /** Starts the only server again on the same store and address. */
  readonly restart: () => Promise<TestNats>;
}

export const startTestBus = async (replicas: 1 | 3 = 1, size = 1): Promise<TestBus> => {
  await using stack = new AsyncDisposableStack();
  const identities = createIdentities();
  const running = stack.use(await startTestServers(replicas, identities));
  const { dial, isMonitored } = running;
  let [nats] = running.servers as [TestNats, ...TestNats[]];
  const servers = [...running.urls];
  const counts = smallProfile;
  const silent = silentTelemetry();
  const migrate = (more: Partial<MigrateConfig>): Promise<Migrated> => {
    const { seed } = identities.migrate;
    const monitored = isMonitored ? { monitorUrl: nats.monitorUrl } : {};
    return migrateBus({ servers, installation, seed, counts, replicas, dial, ...monitored, ...more }, silent.log);
  };
  await migrate({ size });
  const config = (service: ServiceName, instance = "one"): BusConfig => ({
    ...identities.loginOf(service),
    servers,
    instance,
    installation,
    counts,
    dial,
    production: isMonitored,
  });
  const buses = new AsyncDisposableStack();
  stack.use(buses);
  const owned = stack.move();
  return {
    nats,
    servers: running.servers,
    dial,
    identities,
    config,
    migrate,
    connect: async (service, instance, telemetry = silentTelemetry(service)) =>
      buses.use(await connectOpen(config(service, instance), telemetry)),
    connectBy: async (url, service, instance, telemetry = silentTelemetry(service)) =>
      buses.use(await connectOpen({ ...config(service, instance), servers: [url] }, telemetry)),
    rawLogin: (service) => ({
      seed: new TextEncoder().encode(identities.keys[service].seed),
      inbox: inboxPrefix(service),
    }),
    async rawHeaders(stream, sequence) {
      const authenticator = nkeyAuthenticator(new TextEncoder().encode(identities.migrate.seed));
      const nc = await dial({ servers: nats.url, inboxPrefix: "_INBOX_migrate", authenticator });
      const jsm = await jetstreamManager(nc);
      const stored = await jsm.streams.getMessage(stream, { seq: sequence });
      await nc.close();
      const get = (name: string): string => stored?.header.get(name) ?? "";
      return { signature: get(header.signature), expectLast: get(header.expectLast) };
    },
    async restart() {
      nats = await running.restart();
      return nats;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
