import type { DriftFinding } from "@evenkeel/apply";
import type { DriftDetected, Finding } from "@evenkeel/contracts";
import { FIELD_MANAGER } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { FightPolicy, ObjectRef, Reason } from "@evenkeel/words";

/** The findings of a fact, as far as correcting reads them. */
export const findingsOf = (fact: DriftDetected): readonly DriftFinding[] =>
  fact.findings.flatMap(({ ref, verdict, uid, inventoryRevision }) =>
    ref === undefined ? [] : [{ ref, verdict, uid, inventoryRevision }],
  );

/** The findings of a fact, by formatRef. */
export const findingsByRef = ({ findings }: Pick<DriftDetected, "findings">): ReadonlyMap<string, Finding> =>
  new Map(findings.flatMap((each) => (each.ref === undefined ? [] : [[formatRef(each.ref), each] as const])));

/** The paths of a finding, sorted; none where the object itself is gone. */
export const pathsOf = (finding: Finding | undefined): readonly string[] =>
  (finding?.fields ?? []).map(({ path }) => path).toSorted();

/** Managers of a finding, as people read them: sorted, for a server lists first who wrote first. */
export const managersOf = (finding: Finding | undefined): string => {
  const names = [...new Set((finding?.managers ?? []).map(({ name }) => name))].toSorted();
  return names.length === 0 ? "unknown" : names.join(", ");
};

const SHOWN = 3;

/** The incident of a contest, in words that stay the same while it lasts. */
export const fightReason = (ref: ObjectRef, finding: Finding | undefined, onFight: FightPolicy): Reason => {
  const paths = pathsOf(finding);
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : "";
  const what = paths.length === 0 ? "it" : `${paths.slice(0, SHOWN).join(", ")}${more}`;
  const end = onFight === "hold" ? "it is left alone, as onFight: hold says" : "it is put back at a falling rate";
  return {
    code: "Fight",
    message: `${describeRef(ref)}: ${FIELD_MANAGER} and ${managersOf(finding)} keep writing ${what} against each other; ${end}`,
    remedy: "stop the other writer, leave the fields to it by an ignore rule, or take its value into Git",
  };
};
