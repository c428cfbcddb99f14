import type { LiveObject } from "../json.ts";
import { limitsOf, statusCount, sum, wantedOf } from "./rollout.ts";
import type { Sizes } from "./rollout.ts";
import { mapIn, textAt, stringsAt } from "../reading.ts";

/** What a ReplicaSet was sized for: the Deployment's replicas then, and the most there could be with the surge. */
export const DESIRED = "deployment.kubernetes.io/desired-replicas";
export const MAX = "deployment.kubernetes.io/max-replicas";

const noted = (set: LiveObject, annotation: string): number | undefined => {
  const text = stringsAt(set.metadata, "annotations")[annotation];
  return text === undefined ? undefined : Number(text);
};

const isActive = (set: LiveObject): boolean => wantedOf(set) > 0;

/** Whether the Deployment's own size has changed since its sets were sized: that comes before any rollout. */
export const isScaling = (deployment: LiveObject, sets: readonly LiveObject[]): boolean =>
  sets.filter(isActive).some((set) => {
    const desired = noted(set, DESIRED);
    return desired !== undefined && desired !== wantedOf(deployment);
  });

/** How much a set grows (or shrinks) when all keep their shares. */
const shareOf = (set: LiveObject, deployment: LiveObject): number => {
  if (wantedOf(deployment) === 0) return -wantedOf(set);
  const before = noted(set, MAX) || statusCount(deployment, "replicas");
  if (before === 0) return 0;
  const most = wantedOf(deployment) + limitsOf(deployment).surge;
  return Math.round((wantedOf(set) * most) / before) - wantedOf(set);
};

/** All active sets in proportion, the largest first and taking what is left over; newer ones first when growing. */
const proportional = (deployment: LiveObject, active: readonly LiveObject[]): Sizes => {
  const wanted = wantedOf(deployment);
  const room = (wanted > 0 ? wanted + limitsOf(deployment).surge : 0) - sum(active, wantedOf);
  const bornAt = (set: LiveObject): number => Date.parse(textAt(set.metadata, "creationTimestamp"));
  const order = active.toSorted(
    (a, b) => wantedOf(b) - wantedOf(a) || (room > 0 ? bornAt(b) - bornAt(a) : bornAt(a) - bornAt(b)),
  );
  let left = room;
  const sizes = new Map<LiveObject, number>();
  for (const set of order) {
    const share =
      room === 0 ? 0 : room > 0 ? Math.min(shareOf(set, deployment), left) : Math.max(shareOf(set, deployment), left);
    sizes.set(set, wantedOf(set) + share);
    left -= share;
  }
  const [largest] = order;
  if (largest !== undefined) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + left));
  return sizes;
};

/** The sizes after a change of the Deployment's own: the only active set gets all, several keep their shares. */
export const scaledSizes = (
  deployment: LiveObject,
  fresh: LiveObject | undefined,
  old: readonly LiveObject[],
): Sizes => {
  const all = fresh === undefined ? old : [...old, fresh];
  const active = all.filter(isActive);
  const wanted = wantedOf(deployment);
  if (active.length <= 1) {
    const only = active[0] ?? fresh ?? all.at(-1);
    return new Map(only === undefined ? [] : [[only, wanted]]);
  }
  const isSaturated =
    fresh !== undefined &&
    wantedOf(fresh) === wanted &&
    noted(fresh, DESIRED) === wanted &&
    statusCount(fresh, "availableReplicas") === wanted;
  if (isSaturated) return new Map(old.filter(isActive).map((set) => [set, 0]));
  if (textAt(mapIn(deployment, "spec", "strategy"), "type") !== "RollingUpdate") return new Map();
  return proportional(deployment, active);
};
