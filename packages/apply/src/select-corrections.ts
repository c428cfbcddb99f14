import { formatRef } from "@evenkeel/words";
import type { ObjectRef, Verdict } from "@evenkeel/words";

/** What a detector found, as far as correcting reads it. */
export interface DriftFinding {
  readonly ref: ObjectRef;
  /** UNSPECIFIED: a newer detector has a word that is not known here. */
  readonly verdict: Verdict | "UNSPECIFIED";
  /** Empty when missing. */
  readonly uid: string;
  readonly inventoryRevision: bigint;
}

/** The applied object a finding is about, as it is known now. */
export interface AppliedObject {
  readonly ref: ObjectRef;
  readonly uid: string;
  /** Inventory revision at which its record last changed. */
  readonly recordRevision: bigint;
}

export interface Correction {
  readonly ref: ObjectRef;
  /** Take the fields back from whoever holds them. */
  readonly force: boolean;
  /** It is there and must be this very object; empty: it is gone and made again. */
  readonly uid: string;
  /** Not the object that was applied: another one has its name, and whose it is must be read before it is written. */
  readonly replaced: boolean;
}

const FORCE: Readonly<Record<DriftFinding["verdict"], "force" | "no-force" | "later" | "never">> = {
  DRIFT: "force",
  OWN: "no-force",
  MISSING: "no-force",
  TERMINATING: "later",
  ORDER: "never",
  CONTESTED: "force",
  UNVERIFIABLE: "never",
  UNSPECIFIED: "never",
};

/**
 * Which findings are corrected: only those that still hold, found against the record as it still is. The rest is looked
 * at again by the detector after our next apply. `later`: a deletion is in progress.
 */
export const selectCorrections = (
  findings: readonly DriftFinding[],
  applied: readonly AppliedObject[],
): { readonly now: readonly Correction[]; readonly later: readonly ObjectRef[] } => {
  const known = new Map(applied.map((object) => [formatRef(object.ref), object]));
  const holding = findings.flatMap((finding) => {
    const record = known.get(formatRef(finding.ref));
    if (record === undefined || finding.inventoryRevision < record.recordRevision) return [];
    return [{ ...finding, replaced: finding.verdict !== "MISSING" && finding.uid !== record.uid }];
  });
  return {
    now: holding.flatMap(({ ref, verdict, uid, replaced }) => {
      const how = FORCE[verdict];
      return how === "force" || how === "no-force"
        ? [{ ref, force: how === "force", uid: verdict === "MISSING" ? "" : uid, replaced }]
        : [];
    }),
    later: holding.filter(({ verdict }) => FORCE[verdict] === "later").map(({ ref }) => ref),
  };
};
