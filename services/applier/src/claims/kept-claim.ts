import { flows, formatVersion } from "@evenkeel/contracts";
import type { Claim, Unit } from "@evenkeel/contracts";

import { newestDesired } from "./abandoned-claim.ts";
import { BodyMissing } from "../partition/declarations.ts";
import type { Deps } from "../deps.ts";

/** Why an application has a ref still that it no longer has in Git. */
export interface KeptClaim {
  readonly because: string;
  readonly remedy: string;
}

/** As the newest facts say; undefined: it has the ref in Git too, or that cannot be told. */
export const keptClaim = async (
  { bus, desiredRefs }: Pick<Deps, "bus" | "desiredRefs">,
  cluster: string,
  { ref, app, appUid }: Claim,
  signal: AbortSignal,
): Promise<KeptClaim | undefined> => {
  const unit: Unit = { cluster, app, appUid };
  const newest = await newestDesired({ bus }, unit, signal);
  if (ref === undefined || newest?.version === undefined || newest.unit?.appUid !== appUid) return undefined;
  try {
    if (await desiredRefs.has(newest, ref, signal)) return undefined;
  } catch (error) {
    if (error instanceof BodyMissing) return undefined;
    throw error;
  }
  const tokens = { "unit.cluster": cluster, "unit.app": app };
  const last = (await bus.readLast(flows.applyFinished, tokens, signal))?.fact;
  const isOfNewest = last?.version !== undefined && formatVersion(last.version) === formatVersion(newest.version);
  if (!isOfNewest || last.reason === undefined)
    return { because: "it is not applied yet", remedy: `nothing: ${app} gives it up as soon as it is applied` };
  const { code, remedy } = last.reason;
  return { because: `it is held (${code})`, remedy: `see what holds ${app}; there: ${remedy}` };
};
