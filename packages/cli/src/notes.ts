import { FLEET_SOURCE } from "@evenkeel/contracts";
import type { Reason, RemovedUnit, Removing, SourceStatus, UnitStatus } from "@evenkeel/contracts";

import { ageOf } from "./age.ts";
import { unitName } from "./words.ts";

/** Faults shown by name; the others are counted. */
const SHOWN = 3;

const some = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

/** A line for each cause for which nobody knows how units stand, with its age. */
export const doubtNotes = (units: readonly UnitStatus[], now: Date): readonly string[] => {
  const byCause = new Map<string, { readonly since: Date | undefined; readonly count: number }>();
  for (const { doubt } of units) {
    if (doubt === undefined) continue;
    const words = [doubt.reason?.message, doubt.reason?.remedy].filter((text) => (text ?? "") !== "").join("; ");
    byCause.set(words, { since: doubt.since, count: (byCause.get(words)?.count ?? 0) + 1 });
  }
  return Array.from(
    byCause,
    ([words, { count, since }]) => `Unknown for ${ageOf(since, now)}, ${some(count, "unit")}: ${words}`,
  );
};

/** Where an application runs that does not run where it was looked for. */
export const elsewhereNotes = (app: string, units: readonly UnitStatus[]): readonly string[] => {
  const [first] = units;
  if (first === undefined) return [];
  if (first.unit?.cluster === "")
    return [`${app} runs on no cluster: ${first.reason?.message ?? ""}; ${first.reason?.remedy ?? ""}`];
  const more = units.length > SHOWN ? ` and ${units.length - SHOWN} more` : "";
  const names = units.slice(0, SHOWN).map(({ unit }) => unit?.cluster ?? "");
  return [`${app} runs on ${names.join(", ")}${more}`];
};

/** Since when a unit goes, and when its objects do. */
export const removingWords = ({ notBefore, objects, since }: Removing, now: Date): string => {
  const begun = `removed from the fleet ${ageOf(since, now)} ago; ${some(objects, "object")} left`;
  if (notBefore === undefined) return begun;
  const isDue = notBefore <= now;
  return isDue ? `${begun}, being deleted` : `${begun}, deleted in ${ageOf(now, notBefore)} at the earliest`;
};

/** A line for each unit that is being removed. */
export const removingNotes = (units: readonly UnitStatus[], now: Date): readonly string[] =>
  units.flatMap(({ removing, unit }) =>
    removing === undefined ? [] : [`${unitName(unit)} is going: ${removingWords(removing, now)}`],
  );

/** A line for each unit that was removed a short time ago, and what became of its objects. */
export const removedNotes = (removed: readonly RemovedUnit[], now: Date): readonly string[] =>
  removed.map(({ deleted, removedAt, unit }) => {
    const objects = deleted > 0 ? `${some(deleted, "object")} deleted` : "its objects were left in place";
    return `${unitName(unit)} was removed ${ageOf(removedAt, now)} ago: ${objects}`;
  });

/** What is wrong with the fleet repository itself: it is not followed, or some of its declarations are refused. */
export const fleetNotes = (sources: readonly SourceStatus[]): readonly string[] => {
  const fleet = sources.find(({ source }) => source === FLEET_SOURCE);
  if (fleet === undefined) return ["the fleet repository has not been read yet"];
  const { condition } = fleet;
  const reason = condition?.hold?.reason ?? condition?.error;
  const held =
    reason === undefined ? [] : [`the fleet repository is not followed: ${reason.message}; ${reason.remedy}`];
  const count = condition?.declarationErrorCount ?? 0;
  if (condition === undefined || count === 0) return held;
  const faults = condition.declarationErrors
    .slice(0, SHOWN)
    .map(
      ({ column, file, line, message, path }) =>
        `  ${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`,
    );
  const more =
    count > faults.length ? [`  and ${count - faults.length} more: npx evenkeel get repositories -o json`] : [];
  return [...held, `${some(count, "fault")} in the fleet's declarations:`, ...faults, ...more];
};

/** A line for each repository that is not followed, with the reason, and the faults of the fleet's declarations. */
export const repositoryNotes = (sources: readonly SourceStatus[]): readonly string[] =>
  sources.flatMap((each) => {
    if (each.source === FLEET_SOURCE) return fleetNotes([each]);
    const reason = each.condition?.hold?.reason ?? each.condition?.error;
    if (reason === undefined) return [];
    const words = [reason.message, reason.remedy].filter((text) => text !== "").join("; ");
    return [`Repository ${each.source} is not followed: ${words}`];
  });

/** That something written for another engine is not heeded, and where to read what. */
export const unitWarningNotes = (units: readonly UnitStatus[]): readonly string[] => {
  const warned = units.filter(({ warnings }) => warnings.length > 0);
  const [first] = warned;
  if (first === undefined) return [];
  const where = `npx evenkeel get unit ${unitName(first.unit)}`;
  return [`${some(warned.length, "unit")} with warnings of the render: ${where}`];
};

/** What is wrong with the installation itself, with what to do about it. */
export const warningNotes = (warnings: readonly Reason[]): readonly string[] =>
  warnings.map(({ message, remedy }) => `warning: ${message}; ${remedy}`);
