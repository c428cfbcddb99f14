import type { LiveObject } from "../json.ts";
import { resolveCount } from "./template.ts";
import { mapAt, mapIn, textAt, numberAt } from "../reading.ts";

export const wantedOf = (object: LiveObject): number => numberAt(mapAt(object, "spec"), "replicas") ?? 1;
export const statusCount = (object: LiveObject, field: string): number => numberAt(mapAt(object, "status"), field) ?? 0;
export const sum = (sets: readonly LiveObject[], count: (set: LiveObject) => number): number =>
  sets.reduce((total, set) => total + count(set), 0);

/** How far a rolling update may go above and below the wanted count. */
export const limitsOf = (deployment: LiveObject): { readonly surge: number; readonly unavailable: number } => {
  const wanted = wantedOf(deployment);
  const strategy = mapIn(deployment, "spec", "strategy");
  const rolling = mapAt(strategy, "rollingUpdate");
  if (textAt(strategy, "type") !== "RollingUpdate" || wanted === 0) return { surge: 0, unavailable: 0 };
  const surge = resolveCount(rolling?.["maxSurge"], wanted, "up");
  const unavailable = resolveCount(rolling?.["maxUnavailable"], wanted, "down");
  // Both zero would never move; the real controller moves one then, too.
  return { surge, unavailable: Math.min(wanted, surge === 0 && unavailable === 0 ? 1 : unavailable) };
};

/** A new size for some of the ReplicaSets. */
export type Sizes = ReadonlyMap<LiveObject, number>;

const recreate = (deployment: LiveObject, fresh: LiveObject, old: readonly LiveObject[]): Sizes => {
  const running = old.filter((set) => wantedOf(set) > 0);
  if (running.length > 0) return new Map(running.map((set) => [set, 0]));
  const gone = sum(old, (set) => statusCount(set, "replicas") + statusCount(set, "terminatingReplicas")) === 0;
  return gone && wantedOf(fresh) !== wantedOf(deployment) ? new Map([[fresh, wantedOf(deployment)]]) : new Map();
};

const scaleUp = (deployment: LiveObject, fresh: LiveObject, old: readonly LiveObject[]): number => {
  const wanted = wantedOf(deployment);
  const room = wanted + limitsOf(deployment).surge - sum([fresh, ...old], wantedOf);
  if (wantedOf(fresh) > wanted) return wanted;
  return wantedOf(fresh) + Math.max(0, Math.min(room, wanted - wantedOf(fresh)));
};

/** Old pods go as far as availability allows: first those that never became available, then the oldest sets' others. */
const scaleDown = (deployment: LiveObject, fresh: LiveObject, old: readonly LiveObject[]): Sizes => {
  const minAvailable = wantedOf(deployment) - limitsOf(deployment).unavailable;
  const freshUnavailable = wantedOf(fresh) - statusCount(fresh, "availableReplicas");
  let unhealthyRoom = sum([fresh, ...old], wantedOf) - minAvailable - freshUnavailable;
  if (unhealthyRoom <= 0) return new Map();
  const sizes = new Map(old.map((set) => [set, wantedOf(set)]));
  for (const set of old) {
    const unhealthy = Math.max(0, wantedOf(set) - statusCount(set, "availableReplicas"));
    const less = Math.min(unhealthyRoom, unhealthy);
    sizes.set(set, wantedOf(set) - less);
    unhealthyRoom -= less;
  }
  let room = sum([fresh, ...old], (set) => statusCount(set, "availableReplicas")) - minAvailable;
  for (const [set, size] of sizes) {
    const less = Math.max(0, Math.min(room, size));
    sizes.set(set, size - less);
    room -= less;
  }
  return new Map([...sizes].filter(([set, size]) => size !== wantedOf(set)));
};

/** The next step from the old ReplicaSets (oldest first) to the new one; empty when there is none now. */
export const nextSizes = (deployment: LiveObject, fresh: LiveObject, old: readonly LiveObject[]): Sizes => {
  if (textAt(mapIn(deployment, "spec", "strategy"), "type") === "Recreate") return recreate(deployment, fresh, old);
  const up = scaleUp(deployment, fresh, old);
  return up === wantedOf(fresh) ? scaleDown(deployment, fresh, old) : new Map([[fresh, up]]);
};

/** The size with which a new ReplicaSet is made. */
export const firstSize = (deployment: LiveObject, old: readonly LiveObject[]): number => {
  const wanted = wantedOf(deployment);
  if (textAt(mapIn(deployment, "spec", "strategy"), "type") === "Recreate") {
    return old.some((set) => wantedOf(set) > 0 || statusCount(set, "replicas") > 0) ? 0 : wanted;
  }
  return Math.max(0, Math.min(wanted, wanted + limitsOf(deployment).surge - sum(old, wantedOf)));
};
