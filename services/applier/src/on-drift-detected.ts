import { done, reject } from "@evenkeel/bus";
import type { Delivery, Handler } from "@evenkeel/bus";
import { DriftPolicy, flows } from "@evenkeel/contracts";
import type { DriftDetected } from "@evenkeel/contracts";

import { correctUnit } from "./correct-unit.ts";
import type { Deps } from "./deps.ts";
import { unitKey, usable } from "./held-partition.ts";
import type { Desired, HeldPartition } from "./held-partition.ts";

/** The desired that drift is judged by: the newest we know, else the newest there is. */
const newestOf = async ({ bus }: Deps, held: HeldPartition, fact: DriftDetected): Promise<Desired | undefined> => {
  const { unit } = fact;
  if (unit === undefined) return undefined;
  const known = held.newest.get(unitKey(unit));
  if (known !== undefined) return known.desired;
  const tokens = { "unit.cluster": unit.cluster, "unit.app": unit.app };
  const last = await bus.readLast(flows.desiredStateChanged, tokens, held.signal);
  return last === undefined ? undefined : usable(last.fact);
};

/** What is handled within this time of its word needs no look whether a newer one came: that one is delivered too. */
const FRESH_MS = 1_000;

/** What waited to be tried again holds only while it is the last word about the unit's drift. */
const isOvertaken = async ({ bus, clock }: Deps, held: HeldPartition, delivery: Delivery<DriftDetected>) => {
  const { attempt, fact, publishedAt, sequence } = delivery;
  if (attempt === 1 && clock.now().getTime() - publishedAt.getTime() < FRESH_MS) return false;
  const last = await bus.readLast(flows.driftDetected, flows.driftDetected.tokens(fact), held.signal);
  return last !== undefined && last.sequence !== sequence;
};

/** A unit differs from what was applied: put back what its policy says and what still holds. */
export const onDriftDetected =
  (deps: Deps, held: HeldPartition): Handler<DriftDetected> =>
  async (delivery, signal) => {
    const { fact } = delivery;
    if (fact.unit === undefined) return reject("MessageRefused", "drift without a unit");
    if (fact.policy !== DriftPolicy.CORRECT || fact.findings.length === 0) return done;
    if (await isOvertaken(deps, held, delivery)) return done;
    const desired = await newestOf(deps, held, fact);
    if (desired === undefined || desired.removed) return done;
    return correctUnit(deps, held, desired, fact, signal);
  };
