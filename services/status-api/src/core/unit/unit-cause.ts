import { DriftPolicy, Health, PendingState, Sync, Verdict } from "@evenkeel/contracts";
import type { Finding, ObjectRef, Reason } from "@evenkeel/contracts";
import { describeRef } from "@evenkeel/words";
import type { ReasonCode } from "@evenkeel/words";

import { reasonOfLetter } from "../open-letters.ts";
import { removingOf } from "../units/removing.ts";
import type { SourceRecord } from "../source-record.ts";
import { healthOf, openFailure, openProblem, openRender, overtakenRun, sameVersion, syncOf } from "./unit-condition.ts";
import type { UnitRecord } from "./unit-record.ts";
import { isDesiredLive } from "./unit-revision.ts";

/** Why a unit is not Synced and Healthy, and since when. */
export interface Cause {
  readonly reason: Reason;
  readonly since: Date | undefined;
}

const cause = (code: ReasonCode, message: string, remedy: string, since: Date | undefined): Cause => ({
  reason: { code, message, remedy },
  since,
});

const nameOf = (ref: ObjectRef | undefined): string => (ref === undefined ? "" : describeRef(ref));

const andMore = (count: number): string => (count > 1 ? ` and ${count - 1} more` : "");

const lettersOf = (record: UnitRecord | SourceRecord | undefined) =>
  Array.from(record?.letters.values() ?? [], (letter) => ({ reason: reasonOfLetter(letter), since: letter.lastAt }));

/** A render that is not answered: since when, and what it is told to wait for. */
const renderCause = (unit: UnitRecord, source: SourceRecord | undefined): Cause | undefined => {
  const asked = openRender(unit);
  if (asked === undefined) return undefined;
  const { waiting } = unit;
  const told =
    waiting?.version !== undefined && asked.version !== undefined && sameVersion(waiting.version, asked.version);
  const others = source?.planned?.pending.filter(({ state }) => state === PendingState.RENDERING).length ?? 0;
  const why = told
    ? `: ${waiting.reason?.message ?? ""}`
    : others > 1
      ? `; ${others} renders of Repository ${asked.source} are not`
      : "";
  const what = asked.removed ? "its removal" : `the render of ${asked.revision.slice(0, 7)}`;
  const remedy = (told ? waiting.reason?.remedy : "") || "nothing: it goes on by itself";
  return cause("Pending", `${what} is not finished${why}`, remedy, asked.requestedAt ?? asked.observedAt);
};

/** What a service told: the newest of its open render and render failure, its run, its source's hold or error, and what was set aside of
 *  either. */
const toldCause = (unit: UnitRecord, source: SourceRecord | undefined): Cause | undefined => {
  const problem = openProblem(unit);
  const run = openFailure(unit);
  const condition = source?.condition;
  const render = renderCause(unit, source);
  const told = [
    { reason: render?.reason, since: render?.since },
    { reason: problem?.reason, since: problem?.at },
    { reason: run?.reason, since: run?.endedAt },
    { reason: condition?.hold?.reason, since: condition?.hold?.since },
    { reason: condition?.error, since: condition?.errorSince },
    ...lettersOf(unit),
    ...lettersOf(source),
  ].flatMap(({ reason, since }) => (reason === undefined || reason.code === "" ? [] : [{ reason, since }]));
  return told.toSorted((a, b) => (b.since?.getTime() ?? 0) - (a.since?.getTime() ?? 0))[0];
};

/** A prune that waits for a proof or an approval. */
const parkedCause = ({ run }: UnitRecord): Cause | undefined => {
  const [first] = run?.parked ?? [];
  if (run === undefined || first?.reason === undefined) return undefined;
  const told = first.reason.message;
  const named = told.startsWith(`${nameOf(first.ref)} `) ? told : `${nameOf(first.ref)} is not pruned: ${told}`;
  const message = `${named}${andMore(run.parked.length)}`;
  return { reason: { ...first.reason, message }, since: run.endedAt };
};

const remedyOfDrift: Record<DriftPolicy, string> = {
  [DriftPolicy.UNSPECIFIED]: "nothing: it is looked at again",
  [DriftPolicy.CORRECT]: "nothing: it is put back; history says what became of each try",
  [DriftPolicy.REPORT]: "undo the edit, or change Git to what is live",
  [DriftPolicy.HOLD]: "undo the edit, or change Git to what is live",
};

const wordsOf = ({ fields, ref, verdict }: Finding): string => {
  const [field] = fields;
  if (field !== undefined) {
    return `${nameOf(ref)}: ${field.path} is ${field.live || "absent"}, desired ${field.desired || "absent"}${andMore(fields.length)}`;
  }
  return `${nameOf(ref)} ${verdict === Verdict.MISSING ? "is missing" : "differs from what Git says"}`;
};

const driftCause = ({ drift }: UnitRecord): Cause | undefined => {
  const [first] = drift?.findings ?? [];
  if (drift === undefined || drift.count === 0) return undefined;
  const names = [...new Set(first?.managers.map(({ name }) => name))].filter((name) => name !== "");
  const by = names.length === 0 ? "" : `, by ${names.join(", ")}`;
  const what = first === undefined ? `${drift.count} objects differ` : `${wordsOf(first)}${by}${andMore(drift.count)}`;
  return cause("Drifted", what, remedyOfDrift[drift.policy], first?.onset);
};

/** An application that no cluster is meant for. */
const targetCause = ({ app, cluster, declared }: UnitRecord): Cause | undefined => {
  if (declared === undefined || cluster !== "") return undefined;
  const remedy = "declare or label a Cluster, or change spec.targets.clusterSelector";
  return cause("NoTarget", `Application ${app}: its clusterSelector matches no declared Cluster`, remedy, undefined);
};

/** What has not been made or written yet, and what it waits for. */
const pendingCause = (unit: UnitRecord, source: SourceRecord | undefined): Cause | undefined => {
  const { declared, desired } = unit;
  if (desired === undefined) {
    if (unit.problem !== undefined || declared === undefined) return undefined;
    const revision = source?.observed?.revision.slice(0, 7);
    const what =
      revision === undefined
        ? `Repository ${declared.repository} has not been read yet`
        : `its first render, of ${revision}, is not finished`;
    return cause("Pending", what, "nothing: it goes on by itself", source?.observed?.observedAt);
  }
  if (desired.removed) {
    const { notBefore } = removingOf(unit) ?? {};
    const when = notBefore === undefined ? "being let go" : `deleted, not before ${notBefore.toISOString()}`;
    const what = `its application was removed; ${unit.objects.length} objects are ${when}`;
    return cause("Pending", what, "nothing: it goes on by itself", desired.renderedAt);
  }
  if (isDesiredLive(unit)) return undefined;
  const overtaken = overtakenRun(unit);
  const why = overtaken?.reason === undefined ? " yet" : `: ${overtaken.reason.message}`;
  const what = `${desired.revision.slice(0, 7)} is rendered and not applied${why}`;
  return cause("Pending", what, "nothing: it goes on by itself", overtaken?.endedAt ?? desired.renderedAt);
};

/** What the detector says of a unit that is written and not well. */
const seenCause = (unit: UnitRecord): Cause | undefined => {
  const { health } = unit;
  const sync = syncOf(unit);
  if (sync !== Sync.SYNCED) {
    const what = health?.message || "what was written has not been seen on the cluster yet";
    return cause("Unverified", what, "nothing: it is told once it was seen", health?.at);
  }
  if (healthOf(unit) === Health.HEALTHY) return undefined;
  const [first] = health?.unhealthy ?? [];
  const what =
    first === undefined ? health?.message || "its health is not known" : `${nameOf(first.ref)}: ${first.message}`;
  return cause(
    "Unhealthy",
    `${what}${andMore(health?.unhealthy.length ?? 0)}`,
    "look at the object it names",
    health?.at,
  );
};

/** Why a unit is not at what Git says, or not well; undefined only for one that is Synced and Healthy. */
export const causeOf = (unit: UnitRecord, source: SourceRecord | undefined): Cause | undefined =>
  targetCause(unit) ??
  toldCause(unit, source) ??
  parkedCause(unit) ??
  driftCause(unit) ??
  pendingCause(unit, source) ??
  seenCause(unit);
