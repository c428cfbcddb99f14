import { freePort } from "@evenkeel/programs";
import { startNats, type NatsOptions, type TestNats } from "./start-nats.ts";

export interface TestNatsCluster extends AsyncDisposable {
  readonly servers: readonly TestNats[];
  readonly urls: readonly string[];
}

export interface ClusterOptions extends NatsOptions {
  /** For servers that are unlike: what the one with this number is given beside what all have. */
  readonly jetstreamOf?: (server: number) => Exclude<NatsOptions["jetstream"], false | undefined>;
}

/** Real servers that are one cluster, each on a store of its own; one of them is a server without a cluster. */
export const startNatsCluster = async (count: 1 | 3, options: ClusterOptions = {}): Promise<TestNatsCluster> => {
  await using stack = new AsyncDisposableStack();
  const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
  const routes = ports.map((port) => `"nats-route://127.0.0.1:${port}"`).join(", ");
  const servers = await Promise.all(
    ports.map(async (port, n) => {
      const cluster = `cluster { name: evenkeel, listen: "127.0.0.1:${port}", routes: [${routes}] }\n`;
      const extra = `${count === 1 ? "" : cluster}${options.extra ?? ""}`;
      // Three replicas reserve far more than a test ever writes, and the disk of a test may be small.
      const jetstream =
        options.jetstream === false
          ? false
          : { maxFileStoreGiB: 256, ...options.jetstream, ...options.jetstreamOf?.(n) };
      return stack.use(await startNats({ ...options, jetstream, serverName: `nats-${n}`, extra }));
    }),
  );
  const owned = stack.move();
  return { servers, urls: servers.map(({ url }) => url), [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

/** How many servers the tests of this run are held against: a suite that runs on one and on three names both projects. */
export const testReplicas = (): 1 | 3 =>
  // The runner's own word to its tests, as `projects` in vitest.config.ts give it.
  // oxlint-disable-next-line node/no-process-env
  process.env["EVENKEEL_TEST_REPLICAS"] === "3" ? 3 : 1;
