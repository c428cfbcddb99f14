import { retried } from "./read-stored.ts";
import { buckets, bucketStream } from "./buckets.ts";
import { streams } from "./streams.ts";
import type { Wire } from "./wire.ts";

/** How full one stream or bucket is. */
export interface StoreLevel {
  /** Name of the stream or bucket in its table. */
  readonly store: string;
  readonly bytes: number;
  /** What it may take at most. */
  readonly maxBytes: number;
}

const stores = [
  ...streams.map(({ name }) => ({ store: name, stream: name })),
  ...buckets.map(({ name }) => ({ store: name, stream: bucketStream(name) })),
];

/** How full every stream and bucket is. */
export const readStoreLevels = (wire: Wire, signal?: AbortSignal): Promise<readonly StoreLevel[]> =>
  Promise.all(
    stores.map(async ({ store, stream }) => {
      const { config, state } = await retried(() => wire.jsm.streams.info(stream), stream, signal);
      return { store, bytes: state.bytes, maxBytes: config.max_bytes };
    }),
  );

/** The largest term number that the bus has given out: whatever a cluster knows above it is of a bus that was lost. */
export const readNewestEpoch = async (wire: Wire, signal?: AbortSignal): Promise<bigint> => {
  const stream = bucketStream("leases");
  const { state } = await retried(() => wire.jsm.streams.info(stream), stream, signal);
  return BigInt(state.last_seq);
};
