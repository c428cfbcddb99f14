import { EntryKind } from "@evenkeel/contracts";
import type { LedgerEntry } from "@evenkeel/contracts";

import type { SeenWrite } from "./seen-write.ts";
import type { Tell } from "./violation.ts";

/** Judges the ledger against the writes that took effect. */
export interface AuditJudge {
  /** Each entry as it is stored, in order. */
  onEntry(entry: LedgerEntry): void;
  /** Each write as it takes effect. */
  onWrite(write: SeenWrite): void;
}

export const createAuditJudge = (tell: Tell): AuditJudge => {
  /** Objects that intents name, by term; for a delete the term cannot be told from the object. */
  const named = new Set<string>();
  const numbers = new Map<number, bigint>();
  return {
    onEntry: ({ partition, n, kind, epoch, units }) => {
      const last = numbers.get(partition);
      if (last !== undefined && n !== last + 1n)
        tell("write.audit", `entry ${n} of partition ${partition} follows entry ${last}`);
      numbers.set(partition, n);
      if (kind !== EntryKind.INTENT) return;
      for (const { unit, writes } of units)
        for (const { ref } of writes)
          for (const term of ["", epoch]) named.add(`${unit?.cluster} ${ref?.name} ${term}`);
    },
    onWrite: ({ by, cluster, name, type, after }) => {
      if (by === undefined) return;
      const term = type === "DELETED" ? "" : (after?.epoch ?? "");
      if (!named.has(`${cluster} ${name} ${term}`))
        tell(
          "write.audit",
          `${by} wrote ${name} on ${cluster} (${type}, epoch ${term}), and no intent before it names that`,
        );
    },
  };
};
