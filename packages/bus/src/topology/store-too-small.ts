import type { Clock } from "@evenkeel/machine";
import { JetStreamApiError } from "@nats-io/jetstream";

import type { MigrateConfig } from "../bus-config.ts";
import { askMonitor, monitorUrls } from "./ask-monitor.ts";
import { NO_PLACE } from "../wire/explain-failure.ts";
import { BusStoreTooSmall } from "../bus-errors.ts";
import { reservedBytes } from "./stream-config.ts";
import type { Scale } from "./stream-config.ts";

/** "Insufficient storage resources", an account's own limit, and of several servers that not enough have room. */
const codes = new Set([10_047, 10_002]);

/** True if a stream was not made because a server may not keep that much. */
export const isOutOfStore = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (codes.has(error.code) || (error.code === NO_PLACE && /insufficient storage/.test(error.message)));

/** Servers tell each other every 10 s what they have reserved: what is known of one may be that old. */
const NEWS_MS = 12_000;
const AGAIN_MS = 500;

/**
 * Makes or changes a stream. What the other servers refuse for want of room on one is tried again until they have news of
 * it, for it may have been given up just now; unless one is known that may keep less. Throws what says that there is none.
 */
export const whereThereIsRoom = async (
  act: () => Promise<void>,
  { clock, config, scale }: { readonly clock: Clock; readonly config: MigrateConfig; readonly scale: Scale },
  signal?: AbortSignal,
): Promise<void> => {
  const end = clock.monotonic() + NEWS_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const isOthersWord = error instanceof JetStreamApiError && error.code === NO_PLACE && isOutOfStore(error);
      if (!isOthersWord || clock.monotonic() > end || (await smallOf(config, scale)).length > 0) throw error;
      await clock.sleep(AGAIN_MS, signal);
    }
  }
};

const inMiB = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

/** The largest size of two digits that fits, with some room for what others reserve. */
const sizeThatFits = (bytes: number, scale: Scale): string => {
  const size = (0.95 * bytes) / reservedBytes({ ...scale, size: 1 });
  const step = 10 ** (Math.floor(Math.log10(size)) - 1);
  return String(Number((Math.floor(size / step) * step).toPrecision(2)));
};

interface Store {
  readonly server: string;
  readonly bytes: number;
}

/** What each server may keep, as it says itself; nothing of one that nobody may ask. */
const storesOf = async (config: MigrateConfig): Promise<readonly Store[]> => {
  const asked = monitorUrls(config).map(async (url): Promise<readonly Store[]> => {
    try {
      const { server_name: server = url, jetstream } = (await askMonitor(url, "/varz")) as Varz;
      const bytes = jetstream?.config?.max_storage;
      return bytes === undefined ? [] : [{ server, bytes }];
    } catch {
      return [];
    }
  });
  return (await Promise.all(asked)).flat();
};

interface Varz {
  readonly server_name?: string;
  readonly jetstream?: { readonly config?: { readonly max_storage?: number } };
}

const namesOf = (stores: readonly Store[]): string =>
  stores.map(({ server, bytes }) => `${server} may keep ${inMiB(bytes)} MiB`).join(", ");

/** Those that may keep less than is needed. */
const smallOf = async (config: MigrateConfig, scale: Scale): Promise<readonly Store[]> =>
  (await storesOf(config)).filter(({ bytes }) => bytes < reservedBytes(scale));

/** In numbers: what is needed, what there is on which server, and a size that fits. */
export const tooSmall = async (config: MigrateConfig, scale: Scale, cause: unknown): Promise<BusStoreTooSmall> => {
  const needed = reservedBytes(scale);
  const small = await smallOf(config, scale);
  const least = Math.min(...small.map(({ bytes }) => bytes));
  const size = small.length === 0 || least <= 0 ? `a part of ${scale.size}` : sizeThatFits(least, scale);
  const remedy = `raise max_file_store in its configuration or free its disk, or migrate with EVENKEEL_BUS_SIZE=${size}`;
  const message =
    scale.replicas === 1
      ? `the streams of the bus reserve ${inMiB(needed)} MiB a server, and nats-server may keep ${small.length === 0 ? "less" : `${inMiB(least)} MiB`}: ${remedy}`
      : `the streams of the bus reserve ${inMiB(needed)} MiB on each of ${scale.replicas} servers, and ${onWhich(small)}: ${remedy}`;
  return new BusStoreTooSmall(message, { cause });
};

const onWhich = (small: readonly Store[]): string =>
  small.length === 0
    ? "one of them may keep less, which EVENKEEL_BUS_MONITOR_URL with the addresses of all would name"
    : namesOf(small);
