import { buckets, FLEET_SOURCE } from "@evenkeel/contracts";

import type { Deps } from "../deps.ts";

/** Key of the fleet repository's accepted tip. */
export const FLEET_TIP = { source: FLEET_SOURCE };

/** Digest of the declaration set of the newest fleet revision, read through the leader; `fallback` where there is none. */
export const newestDeclarations = async (
  { bus }: Pick<Deps, "bus">,
  fallback: string,
  signal: AbortSignal,
): Promise<string> => {
  const tip = await bus.state(buckets.tip).get(FLEET_TIP, signal);
  const newest = tip?.value?.declarationsDigest ?? "";
  return newest === "" ? fallback : newest;
};
