/** The word of the source-watcher about one tip, and its form as signed text. */
export interface Lineage {
  readonly source: string;
  readonly gitRef: string;
  readonly lineage: string;
  readonly tip: string;
  readonly seq: bigint;
}

/**
 * Whether a tip may follow what the cluster was last given (safety.md 6.2). The same lineage passes, and so does another
 * source or Git ref, and the first ever seen. Another lineage of one Git ref passes only with a higher seq: then the
 * source-watcher's memory is newer than the anchor, and it has judged the rewrite; else it must prove descent first.
 */
export const judgeLineage = (statement: Lineage, anchored: Lineage | undefined): "passes" | "prove" => {
  if (anchored === undefined || anchored.source !== statement.source || anchored.gitRef !== statement.gitRef) {
    return "passes";
  }
  if (anchored.lineage === statement.lineage) return "passes";
  return statement.seq > anchored.seq ? "passes" : "prove";
};
