/** The word of the source-watcher about one tip, and its form as signed text. */
export interface Lineage {
  readonly source: string;
  readonly gitRef: string;
  readonly lineage: string;
  readonly tip: string;
  readonly seq: bigint;
  /** Lineages that this one goes on from. */
  readonly follows: readonly string[];
}

export type LineageDecision = "passes" | "prove";

/**
 * Whether a tip may follow what the cluster was last given (invariant history.lineage). The same lineage passes, and so does another
 * source or Git ref, and the first ever seen. Another lineage of one Git ref passes only if it says that it goes on from
 * the anchored one; else it must prove that first. Numbers prove nothing: every other source raises them.
 */
export const decideLineage = (statement: Lineage, anchored: Lineage | undefined): LineageDecision => {
  if (anchored === undefined || anchored.source !== statement.source || anchored.gitRef !== statement.gitRef) {
    return "passes";
  }
  return [statement.lineage, ...statement.follows].includes(anchored.lineage) ? "passes" : "prove";
};
