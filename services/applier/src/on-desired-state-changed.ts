import { reject } from "@evenkeel/bus";
import type { Handler } from "@evenkeel/bus";
import { ApplyCause } from "@evenkeel/contracts";
import type { DesiredStateChanged } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";
import { keepNewest, usable } from "./held-partition.ts";
import type { HeldPartition } from "./held-partition.ts";
import { lookAtUnit } from "./look-at-unit.ts";

/** A unit has a new desired state: carry it out, or a newer one that is known by now. */
export const onDesiredStateChanged =
  (deps: Deps, held: HeldPartition): Handler<DesiredStateChanged> =>
  async ({ fact, sequence }, signal) => {
    const desired = usable(fact);
    if (desired === undefined) return reject("MessageRefused", "a desired without unit or version");
    return lookAtUnit(deps, held, keepNewest(held, desired, sequence), ApplyCause.DESIRED, signal);
  };
