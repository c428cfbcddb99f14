import type { EmbeddedCluster, StoreSnapshot } from "@evenkeel/embedded-cluster";

/** What acts leave for later ones. */
export interface Remembered {
  /** Ends of faults that have not ended by themselves. */
  readonly undo: Set<() => void>;
  readonly clusterBackups: Map<string, { readonly of: EmbeddedCluster; readonly snapshot: StoreSnapshot }>;
  /** Clusters that were made anew. */
  made: number;
}

export const nothingYet = (): Remembered => ({
  undo: new Set(),
  clusterBackups: new Map(),
  made: 0,
});
