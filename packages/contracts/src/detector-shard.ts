import { decodeToken, encodeToken } from "./subject.ts";

const PREFIX = "detector-";

/** Shard of the drift-detector that watches a cluster. */
export const detectorShard = (cluster: string): string => `${PREFIX}${encodeToken(cluster)}`;

/** The cluster that the owner of such a shard watches; undefined for a shard of no cluster. */
export const clusterOfShard = (shard: string): string | undefined => decodeToken(shard.slice(PREFIX.length));
