import { reject } from "@evenkeel/bus";
import type { Handler } from "@evenkeel/bus";
import { ApplyCause, compareVersions } from "@evenkeel/contracts";
import type { DesiredStateChanged } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";
import { unitKey, usable } from "./held-partition.ts";
import type { HeldPartition } from "./held-partition.ts";
import { lookAtUnit } from "./look-at-unit.ts";

/** A unit has a new desired state: carry it out, newest first. */
export const onDesiredStateChanged =
  (deps: Deps, held: HeldPartition): Handler<DesiredStateChanged> =>
  async ({ fact }, signal) => {
    const desired = usable(fact);
    if (desired === undefined) return reject("MessageRefused", "a desired without unit or version");
    const key = unitKey(desired.unit);
    const known = held.newest.get(key);
    if (known === undefined || compareVersions(known.version, desired.version) !== "newer") {
      held.newest.set(key, desired);
      held.locks.supersede(key, desired.cause);
      held.attempts.delete(key);
    }
    return lookAtUnit(deps, held, held.newest.get(key) ?? desired, ApplyCause.DESIRED, signal);
  };
