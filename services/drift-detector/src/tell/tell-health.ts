import { lastSeenOf } from "../core/question/miss-object.ts";
import { summariseUnit } from "../core/summarise-unit.ts";
import { healthChanged } from "../core/to-facts.ts";
import type { DetectorDeps } from "../deps.ts";
import type { Tracked, TrackedUnit } from "../track/tracked.ts";

const MOST_ENDED = 500;

/** Uids of the objects that have done their work: whoever takes the cluster over must not run them again. */
const endedOf = (unit: TrackedUnit): readonly string[] =>
  [...unit.objects.values()]
    .flatMap(({ state }) =>
      state.record !== undefined && lastSeenOf(state, unit) === "ended" ? [state.record.uid] : [],
    )
    .toSorted()
    .slice(-MOST_ENDED);

/** What a run in progress is about to change is told only when it lasts so long. */
const TRANSITIONAL_MS = 1_000;

/** Publishes how a unit stands, when that changed. "later": what would be told now may be over in a moment. */
export const tellHealth = async (
  deps: DetectorDeps,
  unit: TrackedUnit,
  blindOf: (tracked: Tracked) => string,
): Promise<"told" | "later"> => {
  if (unit.desired === undefined || unit.desired.removed) return "told";
  const views = [...unit.objects.values()].map((tracked) => ({
    ref: tracked.ref,
    isDesired: tracked.state.isDesired,
    isSeen: tracked.state.isVerified,
    finding: tracked.state.finding,
    health: tracked.state.health,
    blind: blindOf(tracked),
  }));
  const summary = summariseUnit(unit.desired, unit.inventory, views);
  const monotonic = deps.clock.monotonic();
  unit.transitionalSince = summary.isTransitional ? (unit.transitionalSince ?? monotonic) : undefined;
  if (unit.transitionalSince !== undefined && monotonic - unit.transitionalSince < TRANSITIONAL_MS) return "later";
  const at = deps.clock.now();
  const facts = { unit: unit.unit, desired: unit.desired, inventory: unit.inventory, epoch: deps.epoch };
  const fact = healthChanged(facts, summary, endedOf(unit), at);
  const text = healthText(fact);
  if (text === unit.published.health) return "told";
  await deps.publish.health(fact);
  unit.published.health = text;
  return "told";
};

/** What of a HealthChanged counts as news. */
export const healthText = (fact: Parameters<DetectorDeps["publish"]["health"]>[0]): string => {
  const { digest, version, sync, health, unhealthy, objectCount, message, revision, endedUids } = fact;
  return JSON.stringify(
    [digest, version, sync, health, unhealthy, objectCount, message, revision, endedUids],
    (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value),
  );
};
