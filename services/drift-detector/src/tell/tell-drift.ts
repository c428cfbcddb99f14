import type { Finding } from "@evenkeel/contracts";
import { describeRef, formatRef } from "@evenkeel/words";

import { sameFinding } from "../core/object/found.ts";
import type { Found } from "../core/object/found.ts";
import { resolvedBy } from "../core/resolved-by.ts";
import { driftDetected, driftResolved, findingOf } from "../core/to-facts.ts";
import type { DetectorDeps } from "../deps.ts";
import type { PublishedFinding, Tracked, TrackedUnit } from "../track/tracked.ts";

type Ended = Parameters<typeof driftResolved>[2];

const openFindings = (unit: TrackedUnit): ReadonlyMap<string, Found> =>
  new Map(
    [...unit.objects.values()].flatMap(({ ref, state }) =>
      state.finding === undefined || !state.isDesired ? [] : [[formatRef(ref), state.finding] as const],
    ),
  );

const endOf = (tracked: Tracked | undefined, { fact, found }: PublishedFinding): Ended => {
  if (tracked === undefined || !tracked.state.isDesired) return "desired-changed";
  const { of, state } = tracked;
  const { inventoryRevision } = fact;
  return resolvedBy(
    { written: state.written, inventoryRevision: of.inventoryRevision },
    { written: found?.written, inventoryRevision },
  );
};

const SHOWN = 3;

/** One line an object when its drift is found, not with each value that a rival writes. */
const logFound = ({ log }: DetectorDeps, unit: TrackedUnit, open: ReadonlyMap<string, Found>): void => {
  const { app, cluster } = unit.unit;
  for (const [key, found] of open) {
    const isPublished = unit.published.findings.get(key)?.fact.verdict === findingOf(found).verdict;
    if (isPublished || found.verdict === "OWN") continue; // lost ownership leaves live as Git says
    const [field] = found.differences;
    log.info(found.verdict === "UNVERIFIABLE" ? "drift cannot be judged" : "drift found", {
      app,
      cluster,
      object: describeRef(found.ref),
      verdict: found.verdict,
      fields: found.differences
        .slice(0, SHOWN)
        .map(({ path }) => path)
        .join(" "),
      desired: field?.desired ?? "",
      live: field?.live ?? "",
      manager: found.managers.map(({ manager }) => manager).join(" "),
      detail: found.detail,
      policy: unit.policy,
    });
  }
};

/** What another hand or a new desired ended; what we put back the applier logs. */
const logEnded = ({ log }: DetectorDeps, { unit }: TrackedUnit, by: Ended, ended: readonly Finding[]): void => {
  if (by === "corrected") return;
  for (const { ref } of ended)
    log.info("drift is over", {
      app: unit.app,
      cluster: unit.cluster,
      object: ref === undefined ? "" : describeRef(ref),
      by,
    });
};

/** What was told before a restart is over only once its object has been judged anew: until then nobody knows. */
const isJudged = (tracked: Tracked | undefined): boolean =>
  tracked === undefined || !tracked.state.isDesired || tracked.state.isVerified || tracked.state.finding !== undefined;

/** Publishes what changed about the drift of a unit: what ended first, then the complete set of what is open. */
export const tellDrift = async (deps: DetectorDeps, unit: TrackedUnit): Promise<void> => {
  const open = openFindings(unit);
  const { findings } = unit.published;
  const unknown = [...findings].filter(([key]) => !open.has(key) && !isJudged(unit.objects.get(key)));
  const ended = [...findings].filter(([key]) => !open.has(key) && isJudged(unit.objects.get(key)));
  const isChanged = [...open].some(([key, found]) => {
    const before = findings.get(key)?.found;
    return before === undefined || !sameFinding(before, found);
  });
  const isOtherPolicy = open.size > 0 && unit.published.policy !== unit.policy;
  if (ended.length === 0 && !isChanged && !isOtherPolicy) return;
  const at = deps.clock.now();
  const facts = { unit: unit.unit, desired: unit.desired, inventory: unit.inventory, epoch: deps.epoch };
  for (const by of new Set(ended.map(([key, told]) => endOf(unit.objects.get(key), told)))) {
    const those = ended.filter(([key, told]) => endOf(unit.objects.get(key), told) === by);
    const facing = those.map(([, { fact }]) => fact);
    await deps.publish.resolved(
      driftResolved(facts, facing, by, open.size + unknown.length, at),
      unit.published.driftCause,
    );
    logEnded(deps, unit, by, facing);
  }
  if (open.size > 0) {
    const still = unknown.map(([, { fact: told }]) => told);
    const fact = driftDetected(facts, [...open.values()], still, unit.policy, at);
    await deps.publish.drift(fact);
    logFound(deps, unit, open);
    unit.published.driftCause = fact.cause;
  }
  unit.published.policy = unit.policy;
  unit.published.findings = new Map([
    ...unknown,
    ...[...open].map(([key, found]) => [key, { fact: findingOf(found), found }] as const),
  ]);
};
