import type { Tell } from "./violation.ts";
import type { SeenWrite } from "./seen-write.ts";

/** What is known to be true of the world when a write is seen. */
export interface Known {
  /** Partition of an application on a cluster, by its uid. */
  readonly partitionOf: (cluster: string, appUid: string) => number | undefined;
  /**
   * Whether some revision that the installation has accepted, not older than what the unit was last given, leaves the
   * object out.
   */
  readonly mayBeGone: (write: SeenWrite) => boolean;
}

/** Judges each write as it takes effect, by all that were before it. */
export const createWriteJudge = (known: Known, tell: Tell): ((write: SeenWrite) => void) => {
  const newest = new Map<string, { readonly stamp: number; readonly seq: number }>();
  const epochs = new Map<string, number>();

  const judgeOrder = ({ cluster, name, after }: SeenWrite): void => {
    if (after === undefined) return;
    const key = `${cluster} ${after.appUid} ${name}`;
    const last = newest.get(key);
    if (last !== undefined && after.stamp < last.stamp)
      tell("version.monotone", `${name} on ${cluster} was given push ${after.stamp} after push ${last.stamp}`);
    if (last !== undefined && after.seq < last.seq)
      tell("version.monotone", `${name} on ${cluster} was written under seq ${after.seq} after seq ${last.seq}`);
    newest.set(key, { stamp: Math.max(after.stamp, last?.stamp ?? 0), seq: Math.max(after.seq, last?.seq ?? 0) });
  };
  const judgeWriter = ({ cluster, name, after, by }: SeenWrite): void => {
    if (after === undefined) return;
    const partition = known.partitionOf(cluster, after.appUid);
    if (partition === undefined) return;
    const key = `${cluster} ${partition}`;
    const highest = epochs.get(key) ?? 0;
    if (after.epoch < highest)
      tell("write.one-writer", `${by} wrote ${name} on ${cluster} under epoch ${after.epoch} after epoch ${highest}`);
    epochs.set(key, Math.max(highest, after.epoch));
  };
  const judgeDelete = (write: SeenWrite): void => {
    const { cluster, name, before, by } = write;
    if (before === undefined) return tell("prune.marks", `${by} deleted ${name} on ${cluster}, which is not ours`);
    if (!known.mayBeGone(write))
      tell("prune.not-desired", `${by} deleted ${name} on ${cluster}, which every accepted revision still wants`);
  };
  return (write) => {
    if (write.by === undefined) return;
    if (write.lost.length > 0)
      tell(
        "write.foreign-fields",
        `${write.by} took ${write.lost.join(", ")} out of ${write.name} on ${write.cluster}`,
      );
    if (write.type === "DELETED") return judgeDelete(write);
    judgeOrder(write);
    judgeWriter(write);
  };
};
