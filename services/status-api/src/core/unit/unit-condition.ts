import { ApplyCause, ApplyResult, compareVersions, Health, Sync } from "@evenkeel/contracts";
import type { ApplyFinished, RenderFailed, RenderRequested, UnitVersion } from "@evenkeel/contracts";

import { hidesRender } from "../open-letters.ts";
import type { UnitRecord } from "./unit-record.ts";
import { isDesiredLive } from "./unit-revision.ts";

export const sameVersion = (a: UnitVersion | undefined, b: UnitVersion | undefined): boolean =>
  a !== undefined && b !== undefined && compareVersions(a, b) === "equal";

/** The render failure that still stands: a desired of the same or a newer version ends it. */
export const openProblem = (unit: UnitRecord): RenderFailed | undefined => {
  const { desired, problem } = unit;
  if (problem?.version === undefined || desired?.version === undefined) return problem;
  const order = compareVersions(desired.version, problem.version);
  return order === "equal" || order === "newer" ? undefined : problem;
};

const isAnswered = (asked: UnitVersion, answer: UnitVersion | undefined): boolean =>
  answer !== undefined && ["equal", "older"].includes(compareVersions(asked, answer));

/** The render that was asked for and has no answer yet: until it has, nobody knows whether what is live is what Git says. */
export const openRender = ({ asked, desired, problem }: UnitRecord): RenderRequested | undefined =>
  asked?.version === undefined ||
  isAnswered(asked.version, desired?.version) ||
  isAnswered(asked.version, problem?.version)
    ? undefined
    : asked;

/** The run over what is desired now, if it was one. */
const currentRun = (unit: UnitRecord): ApplyFinished | undefined =>
  sameVersion(unit.run?.version, unit.desired?.version) ? unit.run : undefined;

/** Why what is desired now was not written by a run that was overtaken, while no other run has ended. */
export const overtakenRun = ({ desired, overtaken }: UnitRecord): ApplyFinished | undefined =>
  overtaken?.reason !== undefined && sameVersion(overtaken.version, desired?.version) ? overtaken : undefined;

/** True if the proof of the last HealthChanged is about what is desired now: of its version, or of its content where the
 *  applier found nothing to write for the new version. Equal content alone proves nothing: A, then B, then A again. */
const isProofCurrent = (unit: UnitRecord): boolean => {
  const { desired, health } = unit;
  if (desired === undefined || health === undefined || health.digest !== desired.digest) return false;
  if (sameVersion(health.version, desired.version)) return true;
  const run = currentRun(unit);
  return run?.result === ApplyResult.UNCHANGED && run.digest === desired.digest;
};

/** Synced is said only if live was read after the apply of what is desired now, and matched. */
export const syncOf = (unit: UnitRecord): Sync => {
  if (openProblem(unit) !== undefined || unit.desired === undefined || hidesRender(unit.letters)) return Sync.UNKNOWN;
  if ((unit.drift?.count ?? 0) > 0) return Sync.OUT_OF_SYNC;
  if (openRender(unit) !== undefined) return Sync.UNKNOWN;
  if (isProofCurrent(unit)) return unit.health?.sync ?? Sync.UNKNOWN;
  // Not proven yet: written and not read back, or not even written.
  return isDesiredLive(unit) ? Sync.UNKNOWN : Sync.OUT_OF_SYNC;
};

/** Health as last observed. */
export const healthOf = (unit: UnitRecord): Health => unit.health?.health ?? Health.UNKNOWN;

const isFailure: Record<ApplyResult, boolean> = {
  [ApplyResult.UNSPECIFIED]: false,
  [ApplyResult.APPLIED]: false,
  [ApplyResult.UNCHANGED]: false,
  [ApplyResult.FAILED]: true,
  [ApplyResult.HELD]: true,
  [ApplyResult.SUPERSEDED]: false,
  [ApplyResult.SEQ_BEHIND]: true,
  [ApplyResult.CORRECTED]: false,
  [ApplyResult.REMOVED]: false,
};

/** The last run where it failed and that still matters: a correction matters only while drift is open. */
export const openFailure = (unit: UnitRecord): ApplyFinished | undefined => {
  const run = currentRun(unit);
  // A correction that names a reason tells of a contest: it was made, and will have to be made again.
  if (run === undefined || (!isFailure[run.result] && run.reason === undefined)) return undefined;
  return run.applyCause === ApplyCause.DRIFT && (unit.drift?.count ?? 0) === 0 ? undefined : run;
};
