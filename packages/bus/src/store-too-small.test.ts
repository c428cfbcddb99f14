import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { smallProfile } from "@evenkeel/contracts";
import { silentTelemetry } from "@evenkeel/telemetry";
import { startNats } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { BusStoreTooSmall } from "./bus-errors.ts";
import { readMigrateConfig } from "./config.ts";
import { createIdentities } from "./identities.ts";
import { migrateBus } from "./migrate.ts";

test.each([
  ["a part of what is needed", 1],
  ["nearly nothing", 0.002],
])("a server that may keep %s is told in numbers, and the size that is named fits", async (_title, maxFileStoreGiB) => {
  const identities = createIdentities();
  await using nats = await startNats({ extra: identities.authorization, jetstream: { maxFileStoreGiB } });
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-seed-"));
  await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const seedFile = join(folder, "seed");
  await writeFile(seedFile, identities.migrate.seed);
  const env = {
    EVENKEEL_BUS_SERVERS: nats.url,
    EVENKEEL_BUS_SEED_FILE: seedFile,
    EVENKEEL_INSTALLATION: "one",
    EVENKEEL_BUS_MONITOR_URL: nats.monitorUrl,
  };
  const { log } = silentTelemetry();
  const from = performance.now();
  const error = await migrateBus(readMigrateConfig(env), log).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BusStoreTooSmall);
  expect(performance.now() - from).toBeLessThan(15_000);
  const { message } = error as Error;
  const there = Math.ceil(maxFileStoreGiB * 1024);
  expect(message).toMatch(
    new RegExp(`the streams of the bus reserve 2\\d{3} MiB a server, and nats-server may keep ${there} MiB: raise`),
  );
  // As it is printed.
  const size = /migrate with EVENKEEL_BUS_SIZE=([\d.]+)$/.exec(message)?.[1];
  const { created } = await migrateBus(readMigrateConfig({ ...env, EVENKEEL_BUS_SIZE: size }), log);
  expect(created.length + smallProfile.partitions).toBeGreaterThan(smallProfile.partitions);
  expect((await migrateBus(readMigrateConfig({ ...env, EVENKEEL_BUS_SIZE: size }), log)).created).toEqual([]);
});
