import { createLanes } from "@evenkeel/async";
import { Health } from "@evenkeel/contracts";
import type { DriftDetected, DriftResolved, Finding, HealthChanged } from "@evenkeel/contracts";
import type { Kube } from "@evenkeel/kube";
import { formatRef, refOf, splitApiVersion } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { DetectorDeps } from "./deps.ts";
import { openTracking } from "./track/run-effects.ts";
import { healthText, tellDrift, tellHealth } from "./tell/tell.ts";
import type { Tracked, TrackedUnit } from "./track/tracked.ts";
import { openUnitTable } from "./track/unit-table.ts";
import type { UnitTable } from "./track/unit-table.ts";
import { openKindWatches } from "./hear/watch-kinds.ts";

/** The detector of one cluster: takes facts in, watches by itself, publishes. */
export interface ClusterDetector {
  readonly table: UnitTable;
  /** What was published before a restart, so that it is not told again, and its ends are. */
  remember(fact: {
    readonly drift?: DriftDetected;
    readonly resolved?: DriftResolved;
    readonly health?: HealthChanged;
  }): void;
  /** All facts that were there have been taken in; publishing begins once every kind was listed. */
  begin(): void;
}

/** Objects with our label that no inventory names yet: kept for a moment, since the inventory may be on its way. */
const UNCLAIMED_KEPT = 5_000;
/** Health is told at most this often, so that a rollout is not told pod by pod. */
const HEALTH_PACE_MS = 50;
const LATER_MS = 1_000;
/** A kind that is not listed by then holds up no word about its units any longer. */
const SETTLE_MS = 5_000;
const UNLISTED = "its list has not been answered yet";
const RETRY_MS = 1_000;

/** Starts the detector of one cluster; it runs until the signal ends. */
export const detectCluster = (deps: DetectorDeps, kube: Kube, signal: AbortSignal): ClusterDetector => {
  const unclaimed = new Map<string, KubeObject>();
  const blind = new Map<string, string>();
  const dirty = new Set<TrackedUnit>();
  const telling = createLanes<TrackedUnit>();
  const unsettledSince = new Map<TrackedUnit, number>();
  let hasBegun = false;
  let pacing: Promise<void> | undefined;

  const kindKey = (group: string, kind: string): string => `${group}/${kind}`;
  const blindOf = (tracked: Tracked): string =>
    blind.get(kindKey(tracked.ref.group, tracked.ref.kind)) ?? (watches.isSettled(tracked.ref) ? "" : UNLISTED);
  /** A unit is told once its own kinds were listed; one that is not answered holds it up for a moment only. */
  const isUnsettled = (unit: TrackedUnit): boolean => {
    if ([...unit.objects.values()].every(({ ref }) => watches.isSettled(ref))) {
      unsettledSince.delete(unit);
      return false;
    }
    const now = deps.clock.monotonic();
    const since = unsettledSince.get(unit) ?? now;
    unsettledSince.set(unit, since);
    return now - since < SETTLE_MS;
  };

  /** One publication a unit at a time; what changed meanwhile is told by the next. */
  const inTurn = (unit: TrackedUnit, tell: () => Promise<void>): void => {
    const told = telling.run(unit, () =>
      tell().catch(async (error: unknown) => {
        if (signal.aborted) return;
        deps.log.warn("a fact could not be published", { unit: unit.unit.app, error });
        await deps.clock.sleep(RETRY_MS, signal);
        markDirty(unit);
      }),
    );
    told.catch(() => undefined); // at the end
  };
  const flush = async (): Promise<void> => {
    await deps.clock.sleep(HEALTH_PACE_MS, signal);
    pacing = undefined;
    const units = [...dirty];
    dirty.clear();
    for (const unit of units) {
      if (isUnsettled(unit)) {
        lookLater(unit);
        continue;
      }
      inTurn(unit, async () => {
        await tellDrift(deps, unit);
        if ((await tellHealth(deps, unit, blindOf)) === "later") lookLater(unit);
      });
    }
  };
  const later = new Set<TrackedUnit>();
  /** One timer for all units that are in the midst of a run. */
  const lookLater = (unit: TrackedUnit): void => {
    const isFirst = later.size === 0;
    later.add(unit);
    if (!isFirst) return;
    void deps.clock.sleep(LATER_MS, signal).then(
      () => {
        const units = [...later];
        later.clear();
        for (const each of units) markDirty(each);
      },
      () => undefined,
    );
  };
  const markDirty = (unit?: TrackedUnit): void => {
    if (unit !== undefined) dirty.add(unit);
    if (!hasBegun || signal.aborted) return;
    pacing ??= flush().catch((error: unknown) => {
      if (!signal.aborted) deps.log.error("publishing stopped", { error });
    });
  };

  const send = openTracking(
    deps,
    (tracked) => {
      const isNews = (tracked.state.finding !== undefined) !== tracked.of.told.findings.has(formatRef(tracked.ref));
      if (hasBegun && (isNews || tracked.state.finding !== undefined)) {
        inTurn(tracked.of, () => tellDrift(deps, tracked.of)); // drift does not wait for the pace
      }
      markDirty(tracked.of);
    },
    signal,
  );
  const table = openUnitTable(deps.cluster, {
    onKind: (kind) => watches.add(kind),
    onDirty: (unit) => {
      const { desired } = unit;
      markDirty(unit);
      if (desired === undefined || desired.declarationsDigest === unit.policyFrom) return;
      unit.policyFrom = desired.declarationsDigest;
      for (const tracked of unit.objects.values()) send(tracked, { kind: "redeclared" });
      void deps.policyOf(unit.unit.app, desired.declarationsDigest, signal).then(
        (policy) => {
          if (policy !== undefined) unit.policy = policy;
          markDirty(unit);
        },
        (error: unknown) => {
          unit.policyFrom = "";
          if (!signal.aborted) deps.log.warn("declarations could not be read", { app: unit.unit.app, error });
        },
      );
    },
    onItem: (tracked, item) => {
      send(tracked, { kind: "recorded", item });
      if (tracked.state.record === undefined || tracked.state.sight.kind !== "unseen") return;
      const key = formatRef(tracked.ref);
      const object = unclaimed.get(key);
      unclaimed.delete(key);
      if (object !== undefined) send(tracked, { kind: "seen", object });
    },
    onLook: (tracked) => send(tracked, { kind: "look" }),
  });
  const watches = openKindWatches(
    kube,
    {
      onObject: (object) => {
        const tracked = table.find(refOf(object));
        if (tracked === undefined || tracked.apiVersion !== object.apiVersion) {
          if (tracked === undefined) unclaimed.set(formatRef(refOf(object)), object);
          const [oldest] = unclaimed.keys();
          if (unclaimed.size > UNCLAIMED_KEPT && oldest !== undefined) unclaimed.delete(oldest);
        } else send(tracked, { kind: "seen", object });
      },
      onGone: ({ group, kind, version }, { namespace, name, object }) => {
        const ref = { group, kind, namespace, name };
        unclaimed.delete(formatRef(ref));
        const tracked = table.find(ref);
        if (tracked !== undefined && splitApiVersion(tracked.apiVersion).version === version)
          send(tracked, { kind: "left", last: object });
      },
      onListed: ({ group, kind }) => {
        for (const unit of table.units()) {
          for (const tracked of unit.objects.values()) {
            if (tracked.ref.group === group && tracked.ref.kind === kind) send(tracked, { kind: "listed" });
          }
          markDirty(unit);
        }
      },
      onBlind: ({ group, kind }, why) => {
        if ((blind.get(kindKey(group, kind)) ?? "") === why) return;
        blind.set(kindKey(group, kind), why);
        for (const unit of table.units()) markDirty(unit);
      },
    },
    deps,
    signal,
  );

  const rememberFindings = (unit: TrackedUnit, findings: readonly Finding[]): void => {
    unit.told.findings = new Map(
      findings.flatMap((fact) =>
        fact.ref === undefined ? [] : [[formatRef(fact.ref), { fact, found: undefined }] as const],
      ),
    );
  };
  const rememberHealth = (unit: TrackedUnit, health: HealthChanged): void => {
    unit.told.health = healthText(health);
    unit.endedBefore = new Set(health.endedUids);
    unit.degradedBefore = new Map(
      health.unhealthy.flatMap(({ ref, health: how, message }) =>
        ref === undefined || how !== Health.DEGRADED ? [] : [[formatRef(ref), message] as const],
      ),
    );
  };
  return {
    table,
    remember: ({ drift, resolved, health }) => {
      if (drift?.unit !== undefined) {
        rememberFindings(table.unitOf(drift.unit), drift.findings);
        table.unitOf(drift.unit).told.driftCause = drift.cause;
      }
      if (resolved?.unit !== undefined && resolved.stillOpen === 0) rememberFindings(table.unitOf(resolved.unit), []);
      if (health?.unit !== undefined) rememberHealth(table.unitOf(health.unit), health);
    },
    begin: () => {
      hasBegun = true;
      for (const unit of table.units()) markDirty(unit);
    },
  };
};
