import { done, reject } from "@evenkeel/bus";
import type { Handler } from "@evenkeel/bus";
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

/** A unit differs from what was applied: put back what its policy says and what still holds. */
export const onDriftDetected =
  (deps: Deps, held: HeldPartition): Handler<DriftDetected> =>
  async ({ fact }, signal) => {
    if (fact.unit === undefined) return reject("MessageRefused", "drift without a unit");
    if (fact.policy !== DriftPolicy.CORRECT || fact.findings.length === 0) return done;
    const desired = await newestOf(deps, held, fact);
    if (desired === undefined || desired.removed) return done;
    return correctUnit(deps, held, desired, fact, signal);
  };
