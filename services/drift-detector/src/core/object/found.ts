import type { Attribution, Difference } from "@evenkeel/drift";
import type { ObjectRef, SyncStatus, Verdict } from "@evenkeel/words";

/** One open finding about one object. */
export interface Found {
  readonly ref: ObjectRef;
  /** "" when the object is gone. */
  readonly uid: string;
  readonly resourceVersion: string;
  readonly verdict: Verdict;
  readonly differences: readonly Difference[];
  readonly managers: readonly Attribution[];
  /** When the event came that showed it. */
  readonly onset: Date;
  readonly detail: string;
  /** Revision of the inventory value that it was judged against. */
  readonly inventoryRevision: bigint;
  /** resourceVersion of our last write when it was found. */
  readonly written: string;
}

/** Whether two findings say the same to whoever acts on them; the resourceVersion moves with every status update. */
export const sameFinding = (a: Found, b: Found): boolean =>
  a.verdict === b.verdict &&
  a.uid === b.uid &&
  a.inventoryRevision === b.inventoryRevision &&
  a.detail === b.detail &&
  JSON.stringify(a.differences) === JSON.stringify(b.differences);

/** These leave live as Git says: ownership is put right without an alert. */
const HARMLESS: ReadonlySet<Verdict> = new Set(["OWN"]);
/** Of these nobody knows whether live is as Git says. */
const UNKNOWN: ReadonlySet<Verdict> = new Set(["UNVERIFIABLE"]);

/** What a finding means for the sync status of its unit. */
export const syncOf = (verdict: Verdict): SyncStatus =>
  HARMLESS.has(verdict) ? "Synced" : UNKNOWN.has(verdict) ? "Unknown" : "OutOfSync";
