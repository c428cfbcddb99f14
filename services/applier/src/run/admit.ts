import { decideFence, decideLineage } from "@evenkeel/apply";
import { ApplyResult, compareVersions, flows } from "@evenkeel/contracts";
import type { ApplyCause } from "@evenkeel/contracts";
import { shareOf } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { Reason } from "@evenkeel/words";

import type { HeldAnchor } from "../cluster/anchors.ts";
import { overwriteDenied, decideIdentity, statementRefused, writes } from "../core/admission.ts";
import type { AnchoredApp } from "../core/anchor/anchor-document.ts";
import { removedAt } from "../core/anchor/change-anchor.ts";
import { noVersion } from "../core/unit-version.ts";
import type { DeclaredUnit } from "../partition/declarations.ts";
import type { Deps } from "../deps.ts";
import { endNaming } from "./end-of-error.ts";
import { unitKey } from "../partition/partition.ts";
import type { Desired, Partition } from "../partition/partition.ts";
import type { StoredInventory } from "../plan/inventories.ts";
import { RunHalted } from "./run-halted.ts";
import { meansOf } from "../write/means.ts";
import type { Means } from "../write/means.ts";
import { AnchorUnwritable } from "../cluster/unwritable-anchor.ts";

/** One run over one unit that may write. */
export interface Run {
  readonly deps: Deps;
  readonly partition: Partition;
  readonly fact: Desired;
  readonly declared: DeclaredUnit;
  readonly kube: Kube;
  /** UID of its kube-system namespace. */
  readonly clusterUid: string;
  readonly anchor: HeldAnchor;
  readonly inventory: StoredInventory;
  /** A webhook or policy has refused its anchor for long: only what repairs that is written. */
  readonly unanchored: AnchorUnwritable | undefined;
  readonly startedAt: Date;
  /** Ends when the run should stop at its next safe point. */
  readonly signal: AbortSignal;
  /** What its verbs reach of all this. */
  readonly means: Means;
}

const halt = (reason: Reason, again: boolean): RunHalted => new RunHalted(ApplyResult.HELD, reason, again);

const declaredOf = async ({ declarations }: Deps, fact: Desired, signal: AbortSignal): Promise<DeclaredUnit> => {
  const { app, cluster } = fact.unit;
  const declared = await declarations.find(fact.declarationsDigest, fact.unit, signal);
  if (declared !== undefined) return declared;
  const message = `Application ${app} or Cluster ${cluster} is not in the declarations this was planned from`;
  throw halt({ code: "DeclarationInvalid", message, remedy: "declare both in the fleet repository" }, false);
};

/** What a cluster that knows only the removal of an app was given: the counter must be above it. */
const removedAs = (fleet: bigint): AnchoredApp => ({
  version: { ...noVersion, fleet },
  digest: "",
  lineage: undefined,
  ledger: 0n,
});

const checkFence = async (run: Omit<Run, "means" | "unanchored">): Promise<void> => {
  const { deps, partition, fact, anchor, inventory } = run;
  const anchored = anchor.anchor.apps.get(fact.unit.appUid);
  const removal = removedAt(anchor.anchor, fact.unit.appUid);
  const stored = inventory.value;
  const ledger = anchor.floors.get(fact.unit.appUid);
  const answer = decideFence({
    desired: { version: fact.version, digest: fact.digest, placement: fact.placement },
    epoch: partition.lease.epoch,
    anchor: { epoch: anchor.anchor.epoch, placement: anchor.anchor.placement, removedAt: removal },
    anchored,
    known: [
      ...(stored?.version === undefined ? [] : [{ version: stored.version, digest: stored.digest }]),
      ...(ledger === undefined ? [] : [ledger]),
    ],
    compare: compareVersions,
    fleetOf: ({ fleet }) => fleet,
  });
  switch (answer.kind) {
    case "apply":
    case "verify":
      break;
    case "seq-behind": {
      // The bus may only be late: what is newest there decides.
      const last = await deps.bus.readLast(
        flows.desiredStateChanged,
        flows.desiredStateChanged.tokens(fact),
        run.signal,
      );
      const isStale = compareVersions(last?.fact.version ?? noVersion, fact.version) === "newer";
      throw new RunHalted(isStale ? ApplyResult.SUPERSEDED : ApplyResult.SEQ_BEHIND, answer.reason, false, {
        anchored: anchored ?? removedAs(removal),
      });
    }
    case "drop-lease":
      partition.lease.drop(answer.reason.message);
      throw new RunHalted(ApplyResult.SUPERSEDED, answer.reason, false);
    case "superseded":
    case "wrong-placement":
      throw new RunHalted(ApplyResult.SUPERSEDED, answer.reason, false);
    case "quarantine":
      throw halt(answer.reason, false);
  }
  if (fact.lineage !== undefined && decideLineage(fact.lineage, anchored?.lineage) === "prove") {
    const message = `${fact.unit.app}: the tip is of another lineage than the one on the cluster`;
    const reason = { code: "SeqBehind", message, remedy: "nothing: descent is proved, or the source is held" } as const;
    throw new RunHalted(ApplyResult.SEQ_BEHIND, reason, false, { anchored });
  }
};

/** Under `drift: hold` the newest word about drift is asked for before new content is written. */
const checkDriftHold = async (run: Omit<Run, "means" | "unanchored">): Promise<void> => {
  const { deps, declared, fact, inventory, signal } = run;
  const stored = inventory.value;
  if (declared.app.spec.drift !== "hold" || stored === undefined || stored.digest === fact.digest) return;
  const last = await deps.bus.readLast(flows.driftDetected, flows.desiredStateChanged.tokens(fact), signal);
  const found = last?.type === flows.driftDetected.type ? last.fact : undefined;
  const held = overwriteDenied(fact, stored.digest, found);
  if (held !== undefined) throw halt(held, true);
};

/** An inventory of another cluster, which had the name before, says nothing about this one. */
const ofCluster = (stored: StoredInventory, uid: string): StoredInventory => {
  const other = stored.value?.clusterUid ?? "";
  return other === "" || other === uid ? stored : { ...stored, value: undefined, recordRevisions: new Map() };
};

const refusedAnchor = async (anchor: HeldAnchor): Promise<AnchorUnwritable | undefined> => {
  try {
    await anchor.requireWritten();
    return undefined;
  } catch (error) {
    if (error instanceof AnchorUnwritable && error.refusedBy.length > 0) return error;
    throw error;
  }
};

/** Whether a desired may be carried out, with all that it takes. Throws RunHalted, LeaseLost. */
export const admit = async (
  deps: Deps,
  partition: Partition,
  fact: Desired,
  cause: ApplyCause,
  signal: AbortSignal,
): Promise<Run> => {
  const startedAt = deps.clock.now();
  try {
    const declared = await declaredOf(deps, fact, signal);
    const unsigned = statementRefused(fact, declared.app, (...said) => deps.bus.verify(...said, "source-watcher"));
    if (unsigned !== undefined) throw halt(unsigned, false);
    const reached = await deps.reached.reach(declared.cluster, signal);
    const { uid: clusterUid } = reached;
    const kube = partition.hangs.watch(shareOf(reached.kube, unitKey(fact.unit)), fact.unit);
    const anchor = await partition.anchorOf(reached, fact.placement);
    const inventory = ofCluster(await partition.inventories.get(fact.unit, signal), clusterUid);
    const run = {
      deps,
      partition,
      fact,
      declared,
      kube,
      clusterUid,
      anchor,
      inventory,
      startedAt,
      signal,
    };
    await checkFence(run);
    await checkDriftHold(run);
    await anchor.raise(fact.placement);
    const unanchored = await refusedAnchor(anchor);
    const acts = writes(fact, declared.app) ? decideIdentity(declared.app, declared.cluster) : { as: {} };
    if ("refused" in acts) throw halt(acts.refused, false);
    return {
      ...run,
      unanchored,
      means: meansOf(run, { ...acts.as, cause, confirmCluster: () => reached.confirm(signal) }),
    };
  } catch (error) {
    const end = await endNaming(deps.bus, error, fact.unit);
    throw end.kind === "halted" ? end.halt : error;
  }
};
