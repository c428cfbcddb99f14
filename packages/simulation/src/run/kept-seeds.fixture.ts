import type { ProfileName } from "../scenario/profiles.ts";

/** A seed that has shown a fault, which was mended: it is run again for ever. */
export interface KeptSeed {
  readonly profile: ProfileName;
  readonly seed: number;
  /** What was wrong, in a sentence. */
  readonly was: string;
}

export const keptSeeds: readonly KeptSeed[] = [
  {
    profile: "all",
    seed: 21,
    was: "a replica whose date was set back did not reconnect to the bus until it had caught up",
  },
];
