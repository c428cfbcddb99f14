import { stillWanted, scopeDenied } from "@evenkeel/apply";
import type { Leaving, OtherUnit } from "@evenkeel/apply";
import { PendingState, buckets, compareVersions, flows } from "@evenkeel/contracts";
import type { CommitPlanned, InventoryItem, ObjectRef, RenderFailed, Tip, UnitVersion } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";

import { newestDesired } from "../claims/abandoned-claim.ts";
import type { Run } from "../run/admit.ts";
import { noVersion } from "../core/unit-version.ts";
import { BodyMissing } from "../partition/declarations.ts";
import type { AppOnCluster } from "../partition/declarations.ts";
import { grantOf } from "../plan/desired-set.ts";
import { newestDeclarations } from "../partition/newest-declarations.ts";

const seqOfSource = ({ sources }: UnitVersion, source: string): bigint =>
  sources.find((each) => each.source === source)?.seq ?? 0n;

const leavingOf = ({ fact }: Run, item: InventoryItem | undefined): Leaving => {
  const [after, at] = [item?.lastIn ?? noVersion, item?.leftAt ?? fact.version];
  return {
    after: { fleet: after.fleet, source: seqOfSource(after, fact.source) },
    at: { fleet: at.fleet, source: seqOfSource(at, fact.source) },
  };
};

/** What is read once for all refs that left a unit. */
interface Others {
  readonly apps: readonly AppOnCluster[];
  readonly tips: ReadonlyMap<string, Tip | undefined>;
  readonly plans: ReadonlyMap<string, CommitPlanned | undefined>;
}

const readOthers = async (run: Run): Promise<Others> => {
  const { deps, fact, signal } = run;
  const digest = await newestDeclarations(deps, fact.declarationsDigest, signal);
  const all = await deps.declarations.appsOn(digest, fact.unit.cluster, signal);
  const apps = all.filter(({ unit }) => unit.app !== fact.unit.app);
  const sources = [...new Set([fact.source, ...apps.map(({ app }) => app.spec.repository)])];
  const bucket = deps.bus.state(buckets.tip);
  const tips = sources.map(async (source) => {
    const tip = await bucket.get({ source }, signal);
    return [source, tip?.value] as const;
  });
  const plans = sources.map(async (source) => {
    const plan = await deps.bus.readLast(flows.commitPlanned, { source }, signal);
    return [source, plan?.fact] as const;
  });
  return { apps, tips: new Map(await Promise.all(tips)), plans: new Map(await Promise.all(plans)) };
};

/** Two sources may be one repository under two names: what is a move between them is one commit too. */
const shareHistory = ({ tips }: Others, a: string, b: string): boolean => {
  const [one, other] = [tips.get(a), tips.get(b)];
  return a === b || (one !== undefined && one.url === other?.url && one.gitRef === other.gitRef);
};

/** Where both have the same history under two names, the plan counts for the other's commit only once both are at it. */
const planOf = ({ tips, plans }: Others, own: string, source: string): OtherUnit["plan"] => {
  const plan = plans.get(source);
  if (plan === undefined) return undefined;
  const isLate = source !== own && tips.get(own)?.revision !== plan.revision;
  return { fleet: plan.fleetSeq, source: isLate ? 0n : (plans.get(own)?.seq ?? 0n) };
};

const newer = (a: UnitVersion | undefined, b: UnitVersion | undefined): boolean =>
  !["equal", "older"].includes(compareVersions(a ?? noVersion, b ?? noVersion));

const stateOf = (
  plan: CommitPlanned | undefined,
  { unit }: AppOnCluster,
  failure: RenderFailed | undefined,
): OtherUnit["state"] => {
  if (failure !== undefined) return "failed";
  const listed = plan?.pending.find((each) => each.unit?.app === unit.app && each.unit.cluster === unit.cluster);
  if (listed !== undefined) return listed.state === PendingState.FAILED ? "failed" : "pending";
  const isCut = plan !== undefined && plan.pendingCount > plan.pending.length;
  return isCut ? "pending" : "at-it";
};

/** One other unit, as the newest facts say; read through the leader, so that nothing said before this look is missed. */
const readOther = async (run: Run, others: Others, each: AppOnCluster, refs: readonly ObjectRef[]) => {
  const { deps, fact, signal } = run;
  const tokens = { "unit.cluster": each.unit.cluster, "unit.app": each.unit.app };
  const { repository } = each.app.spec;
  const [desired, failed] = await Promise.all([
    newestDesired(deps, each.unit, signal),
    deps.bus.readLast(flows.renderFailed, tokens, signal),
  ]);
  const failure =
    failed !== undefined && newer(failed.fact.version, desired?.version) && !desired?.removed ? failed.fact : undefined;
  const wanted = async (ref: ObjectRef): Promise<OtherUnit["wants"]> => {
    try {
      return desired !== undefined && (await deps.desiredRefs.has(desired, ref, signal));
    } catch (error) {
      if (error instanceof BodyMissing) return "unknown";
      throw error;
    }
  };
  const rest = {
    name: each.unit.app,
    sameHistory: shareHistory(others, fact.source, repository),
    declaredAt: each.changedAt,
    plan: planOf(others, fact.source, repository),
    state: stateOf(others.plans.get(repository), each, failure),
    failedAt:
      failure?.version === undefined
        ? undefined
        : { fleet: failure.version.fleet, source: seqOfSource(failure.version, repository) },
  };
  const units = new Map<string, OtherUnit>();
  // What it may not write it can never have: it keeps nothing of others by wishing for it.
  const reachable = refs.filter((ref) => scopeDenied(ref, grantOf({ declared: each })) === undefined);
  for (const ref of reachable) units.set(formatRef(ref), { ...rest, wants: await wanted(ref) });
  return units;
};

const AT_ONCE = 64;

/**
 * Why objects that left a unit may still be wanted by other units of the cluster, by formatRef: those of which nobody
 * wants anything are not named. Asks the bus about every unit of the cluster, so only for what could be deleted.
 */
export const wantedElsewhere = async (
  run: Run,
  refs: readonly ObjectRef[],
  items: ReadonlyMap<string, InventoryItem>,
): Promise<ReadonlyMap<string, string>> => {
  if (refs.length === 0) return new Map();
  const others = await readOthers(run);
  const units: ReadonlyMap<string, OtherUnit>[] = [];
  for (let from = 0; from < others.apps.length; from += AT_ONCE) {
    const some = others.apps.slice(from, from + AT_ONCE);
    units.push(...(await Promise.all(some.map(async (each) => readOther(run, others, each, refs)))));
  }
  return new Map(
    refs.flatMap((ref) => {
      const key = formatRef(ref);
      const leaving = leavingOf(run, items.get(key));
      const why = stillWanted(
        leaving,
        units.flatMap((each) => each.get(key) ?? []),
      );
      return why === undefined ? [] : [[key, why] as const];
    }),
  );
};
