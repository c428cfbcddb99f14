import type { BucketName } from "../port.ts";
import { retried } from "../facts/read-stored.ts";
import { bucketPolicies, bucketStream } from "./buckets.ts";
import { streams, type StreamName } from "./streams.ts";
import type { Wire } from "../wire/wire.ts";

/** How full one stream or bucket is. */
export interface StoreLevel {
  /** Name of the stream or bucket in its table. */
  readonly store: string;
  readonly bytes: number;
  /** What it may take at most. */
  readonly maxBytes: number;
  readonly messages: number;
}

const stores = [
  ...streams.map(({ name }) => ({ store: name, stream: name })),
  ...bucketPolicies.map(({ name }) => ({ store: name, stream: bucketStream(name) })),
];

const levelOf = async (
  wire: Wire,
  { store, stream }: { readonly store: string; readonly stream: string },
  signal?: AbortSignal,
): Promise<StoreLevel> => {
  const { config, state } = await retried(wire, () => wire.jsm.streams.info(stream), stream, signal);
  return { store, bytes: state.bytes, maxBytes: config.max_bytes, messages: state.messages };
};

/** How full every stream and bucket is. */
export const readStoreLevels = (wire: Wire, signal?: AbortSignal): Promise<readonly StoreLevel[]> =>
  Promise.all(stores.map((each) => levelOf(wire, each, signal)));

/** How full one of them is. */
export const readStoreLevel = (
  wire: Wire,
  store: StreamName | BucketName,
  signal?: AbortSignal,
): Promise<StoreLevel> => {
  const stream = isStream(store) ? store : bucketStream(store);
  return levelOf(wire, { store, stream }, signal);
};

const isStream = (store: StreamName | BucketName): store is StreamName => streams.some(({ name }) => name === store);

/** The largest term number that the bus has given out: whatever a cluster knows above it is of a bus that was lost. */
export const readNewestEpoch = async (wire: Wire, signal?: AbortSignal): Promise<bigint> => {
  const stream = bucketStream("leases");
  const { state } = await retried(wire, () => wire.jsm.streams.info(stream), stream, signal);
  return BigInt(state.last_seq);
};
