import { JetStreamApiError } from "@nats-io/jetstream";

import type { MigrateConfig } from "./bus-config.ts";
import { BusStoreTooSmall } from "./bus-errors.ts";
import { reservedBytes } from "./stream-config.ts";
import type { Scale } from "./stream-config.ts";

/** "Insufficient storage resources", and an account's own limit. */
const codes = new Set([10_047, 10_002]);

/** True if a stream was not made because the server may not keep that much. */
export const isOutOfStore = (error: unknown): boolean => error instanceof JetStreamApiError && codes.has(error.code);

const inMiB = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

/** The largest size of two digits that fits, with some room for what others reserve. */
const sizeThatFits = (bytes: number, scale: Scale): string => {
  const size = (0.95 * bytes) / reservedBytes({ ...scale, size: 1 });
  const step = 10 ** (Math.floor(Math.log10(size)) - 1);
  return String(Number((Math.floor(size / step) * step).toPrecision(2)));
};

/** What the server may keep, as it says itself; undefined where nobody may ask it. */
const storeOf = async ({ monitorUrl }: MigrateConfig): Promise<number | undefined> => {
  if (monitorUrl === undefined) return undefined;
  try {
    const answer = await fetch(`${monitorUrl}/jsz?config=true`);
    const { config } = (await answer.json()) as { readonly config?: { readonly max_storage?: number } };
    return config?.max_storage;
  } catch {
    return undefined;
  }
};

/** In numbers: what is needed, what there is, and a size that fits. */
export const tooSmall = async (config: MigrateConfig, scale: Scale, cause: unknown): Promise<BusStoreTooSmall> => {
  const needed = reservedBytes(scale);
  const there = await storeOf(config);
  const has = there === undefined ? "less" : `${inMiB(there)} MiB`;
  const size = there === undefined || there <= 0 ? `a part of ${scale.size}` : sizeThatFits(there, scale);
  const message =
    `the streams of the bus reserve ${inMiB(needed)} MiB a server, and nats-server may keep ${has}: ` +
    `raise max_file_store in its configuration or free its disk, or migrate with EVENKEEL_BUS_SIZE=${size}`;
  return new BusStoreTooSmall(message, { cause });
};
