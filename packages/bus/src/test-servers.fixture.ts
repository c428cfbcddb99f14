import { systemClock, systemRng } from "@evenkeel/machine";
import { createSimulatedNats, type SimulatedNats, simulatedDial, type User } from "@evenkeel/simulated-nats";
import { startNats, startNatsCluster, type TestNats } from "@evenkeel/testing";
import { serviceNames } from "@evenkeel/contracts";
import type { NatsConnection } from "@nats-io/nats-core";
import { connect, type NodeConnectionOptions } from "@nats-io/transport-node";

import type { Identities } from "./trust/identities.ts";
import { inboxPrefix, migratePermissions, permissionsOf } from "./topology/permissions.ts";

/** What a test bus runs on: real servers, or one within this process. */
export interface TestServers extends AsyncDisposable {
  readonly servers: readonly TestNats[];
  readonly urls: readonly string[];
  readonly dial: (options: NodeConnectionOptions) => Promise<NatsConnection>;
  /** Starts the only server again on the same store and address. */
  readonly restart: () => Promise<TestNats>;
  /** Whether the servers can be asked if they sync each write. */
  readonly isMonitored: boolean;
}

/** Whether this run holds the bus against the simulated server: what a simulation of services stands on. */
// The runner's own word to its tests, as vitest.config.ts gives it.
// oxlint-disable-next-line node/no-process-env
export const isSimulated = process.env["EVENKEEL_TEST_BUS"] === "simulated";

export const startTestServers = (replicas: 1 | 3, identities: Identities): Promise<TestServers> | TestServers =>
  isSimulated ? simulatedServers(replicas, identities) : realServers(replicas, identities);

const realServers = async (replicas: 1 | 3, { authorization: extra }: Identities): Promise<TestServers> => {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(await startNatsCluster(replicas, { extra, jetstream: { syncInterval: "always" } }));
  const [first] = cluster.servers as [TestNats, ...TestNats[]];
  const owned = stack.move();
  return {
    servers: cluster.servers,
    urls: cluster.urls,
    dial: connect,
    isMonitored: true,
    async restart() {
      const port = Number(new URL(first.url).port);
      const jetstream = { syncInterval: "always" } as const;
      return owned.use(await startNats({ extra, jetstream, folder: first.folder, port }));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

const usersOf = ({ keys, migrate }: Identities): ReadonlyMap<string, User> =>
  new Map<string, User>([
    ...serviceNames.map((name) => [keys[name].publicKey, { name, ...permissionsOf(name) }] as const),
    [migrate.publicKey, { name: "migrate", ...migratePermissions, subscribe: [`${inboxPrefix("migrate")}.>`] }],
  ]);

const simulatedServers = (replicas: 1 | 3, identities: Identities): TestServers => {
  const nats: SimulatedNats = createSimulatedNats({
    clock: systemClock,
    rng: systemRng,
    replicas,
    users: usersOf(identities),
  });
  const servers = nats.nodes.map((node): TestNats => {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    return {
      url: node.url,
      monitorUrl: "",
      pid: process.pid,
      version: "2.15.1",
      folder: "",
      ended,
      kill: async () => {
        if (replicas === 1) nats.kill();
        else node.kill();
        resolve("killed");
      },
      [Symbol.asyncDispose]: async () => node.kill(),
    };
  });
  return {
    servers,
    urls: nats.urls,
    dial: simulatedDial(nats),
    isMonitored: false,
    restart: async () => {
      nats.start();
      return servers[0] as TestNats;
    },
    [Symbol.asyncDispose]: async () => nats.kill(),
  };
};
