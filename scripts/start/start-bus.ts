import { join } from "node:path";

import { migrateBus, natsAuthorization, readAnchoredEpoch, reservedBytes } from "@evenkeel/bus";
import { smallProfile } from "@evenkeel/contracts";
import { startNatsServer } from "@evenkeel/embedded-nats";
import type { NatsServer } from "@evenkeel/embedded-nats";
import type { Logger } from "@evenkeel/telemetry";

import { startOrder } from "./installation.ts";
import type { Installation } from "./installation.ts";
import { UsageError } from "./options.ts";

/** What the streams reserve is no measure of what they take: a small disk is enough for a small fleet. */
const mayReserveGiB = Math.ceil(reservedBytes({ replicas: 1, size: 1 }) / 2 ** 30) + 1;

/** A nats-server of our own as a child process, its store below the data directory, with every stream and bucket made. */
export const startBus = async (
  installation: Installation,
  log: Logger,
  signal: AbortSignal,
  port?: number,
): Promise<NatsServer> => {
  const anchoredEpoch = readAnchoredEpoch(process.env);
  if (anchoredEpoch === undefined)
    throw new UsageError("EVENKEEL_ANCHORED_EPOCH: expected a number, as a unit names it");
  const nats = await startNatsServer(
    {
      folder: join(installation.dir, "nats"),
      serverName: `evenkeel-${installation.id}`,
      jetstream: { syncInterval: "always", maxFileStoreGiB: mayReserveGiB },
      ...(port === undefined ? {} : { port }),
      extra: natsAuthorization({
        services: startOrder.map((name) => ({ name, publicKey: installation.keys[name].publicKey })),
        migrate: installation.keys.migrate.publicKey,
      }),
    },
    signal,
  );
  try {
    const { seed } = installation.keys.migrate;
    await migrateBus(
      {
        servers: [nats.url],
        installation: installation.id,
        seed,
        counts: smallProfile,
        monitorUrl: nats.monitorUrl,
        anchoredEpoch,
      },
      log,
      signal,
    );
    return nats;
  } catch (error) {
    await nats[Symbol.asyncDispose]();
    throw error;
  }
};
