import { raiseSeq, readSeq } from "@evenkeel/bus";
import { seqOf } from "@evenkeel/contracts";
import type { RenderRequested } from "@evenkeel/contracts";

import type { PlannerDeps } from "./planner-deps.ts";

/**
 * Units were asked for under numbers that the counter has not reached: the bus has lost the counter and kept the requests,
 * and no plan would ever be newer. Numbers go on above them. Resolves to that number, if so.
 */
export const goAbove = async (
  { bus, telemetry, units }: Pick<PlannerDeps, "bus" | "telemetry" | "units">,
  source: string,
  requests: readonly RenderRequested[],
  signal: AbortSignal,
): Promise<bigint | undefined> => {
  const asked = requests.flatMap(({ unit }) => {
    const version = unit && units.stored("request", unit)?.fact.version;
    return version === undefined ? [] : [seqOf(version)];
  });
  const newest = asked.reduce((a, b) => (a > b ? a : b), 0n);
  const { last } = await readSeq(bus, signal);
  if (newest <= last) return undefined;
  telemetry.log.warn("the bus has lost its counter, numbers go on above those of requests", {
    repository: source,
    requested: String(newest),
    counter: String(last),
  });
  await raiseSeq(bus, newest, signal);
  return newest;
};
