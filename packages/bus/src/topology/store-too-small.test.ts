import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { smallProfile } from "@evenkeel/contracts";
import { silentTelemetry } from "@evenkeel/telemetry";
import { startNats, startNatsCluster } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { BusStoreTooSmall } from "../bus-errors.ts";
import { readMigrateConfig } from "./config.ts";
import { createIdentities } from "../trust/identities.ts";
import { migrateBus } from "./migrate.ts";

const { log } = silentTelemetry();

/** The settings of the program that migrates. */
const settings = async (
  stack: AsyncDisposableStack,
  seed: string,
  servers: string,
  monitors: string,
  replicas: 1 | 3,
) => {
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-seed-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const seedFile = join(folder, "seed");
  await writeFile(seedFile, seed);
  return {
    EVENKEEL_BUS_SERVERS: servers,
    EVENKEEL_BUS_SEED_FILE: seedFile,
    EVENKEEL_INSTALLATION: "one",
    EVENKEEL_BUS_MONITOR_URL: monitors,
    EVENKEEL_BUS_REPLICAS: String(replicas),
  };
};

/** Twice what servers know of each other is awaited, which they tell every 10 s. */
const PATIENCE = { timeout: 120_000 };

type Env = Awaited<ReturnType<typeof settings>>;
const refusedWith = async (env: Env): Promise<string> => {
  const error = await migrateBus(readMigrateConfig(env), log).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BusStoreTooSmall);
  return (error as Error).message;
};

/** As it is printed. */
const followRemedy = async (env: Env, message: string): Promise<void> => {
  const size = /migrate with EVENKEEL_BUS_SIZE=([\d.]+)$/.exec(message)?.[1];
  const { created } = await migrateBus(readMigrateConfig({ ...env, EVENKEEL_BUS_SIZE: size }), log);
  expect(created.length + smallProfile.partitions).toBeGreaterThan(smallProfile.partitions);
  expect((await migrateBus(readMigrateConfig({ ...env, EVENKEEL_BUS_SIZE: size }), log)).created).toEqual([]);
};

test.each([
  ["a part of what is needed", 1],
  ["nearly nothing", 0.002],
])("a server that may keep %s is told in numbers, and the size that is named fits", async (_title, maxFileStoreGiB) => {
  const identities = createIdentities();
  await using stack = new AsyncDisposableStack();
  const nats = stack.use(await startNats({ extra: identities.authorization, jetstream: { maxFileStoreGiB } }));
  const env = await settings(stack, identities.migrate.seed, nats.url, nats.monitorUrl, 1);
  const message = await refusedWith(env);
  const there = Math.ceil(maxFileStoreGiB * 1024);
  expect(message).toMatch(
    new RegExp(`the streams of the bus reserve 2\\d{3} MiB a server, and nats-server may keep ${there} MiB: raise`),
  );
  await followRemedy(env, message);
});

test.each([
  [
    "three servers that may keep less",
    [1, 0.5, 1],
    /and nats-0 may keep 1024 MiB, nats-1 may keep 512 MiB, nats-2 may/,
  ],
  ["one of three servers that may keep less", [64, 0.5, 64], /and nats-1 may keep 512 MiB: raise max_file_store/],
] as const)(
  "%s are named with what each may keep, and the size that is named fits",
  PATIENCE,
  async (_title, sizes, says) => {
    const identities = createIdentities();
    await using stack = new AsyncDisposableStack();
    const nats = stack.use(
      await startNatsCluster(3, {
        extra: identities.authorization,
        jetstreamOf: (n) => ({ maxFileStoreGiB: sizes[n] ?? 1 }),
      }),
    );
    const monitors = nats.servers.map(({ monitorUrl }) => monitorUrl);
    const env = await settings(stack, identities.migrate.seed, nats.urls.join(","), monitors.join(","), 3);
    const message = await refusedWith(env);
    expect(message).toMatch(/^the streams of the bus reserve \d+ MiB on each of 3 servers, and /);
    expect(message).toMatch(says);
    // Where the small one is not asked.
    expect(await refusedWith({ ...env, EVENKEEL_BUS_MONITOR_URL: "" })).toContain("EVENKEEL_BUS_MONITOR_URL");
    await followRemedy(env, message);
  },
);
