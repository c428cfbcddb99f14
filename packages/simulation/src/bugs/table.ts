import { busBugs } from "./of-bus.ts";
import { ownerBugs } from "./of-owners.ts";
import { pruneBugs } from "./of-prune.ts";
import { sourceBugs } from "./of-sources.ts";
import { wordBugs } from "./of-words.ts";
import { writeBugs } from "./of-writes.ts";
import type { SeenBug } from "./row.ts";

/** Mistakes that a colleague could have made, some of which one had: the simulator must find each. */
export const plantedBugs: readonly SeenBug[] = [
  ...busBugs,
  ...sourceBugs,
  ...writeBugs,
  ...ownerBugs,
  ...pruneBugs,
  ...wordBugs,
];
