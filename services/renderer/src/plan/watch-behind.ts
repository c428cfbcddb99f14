import { createListeners } from "@evenkeel/async";
import type { Bus, Delivery } from "@evenkeel/bus";
import { ApplyResult, flows, formatVersion } from "@evenkeel/contracts";
import type { ApplyFinished, Unit } from "@evenkeel/contracts";

import { unitKey } from "../core/plan/unit-memory.ts";
import type { UnitMemory } from "../core/plan/unit-memory.ts";

/** Units that a cluster has refused because it was given something newer before. */
export interface BehindUnits {
  /** Whether nothing newer was asked for since: then it never would be, as nothing touches the unit. */
  has(unit: Unit, memory: UnitMemory): boolean;
  /** Calls back with each unit that is refused from now on. */
  onBehind(listener: (unit: Unit) => void): Disposable;
}

/** Follows the ends of applies; resolves once all that was there has been seen. */
export const watchBehind = async (bus: Bus, signal: AbortSignal): Promise<BehindUnits> => {
  const behind = new Map<string, string>();
  const listeners = createListeners<[Unit]>();
  const onEntry = ({ fact: { unit, version, result } }: Delivery<ApplyFinished>): void => {
    if (unit === undefined || version === undefined) return;
    if (result !== ApplyResult.SEQ_BEHIND) {
      behind.delete(unitKey(unit));
      return;
    }
    behind.set(unitKey(unit), formatVersion(version));
    listeners.tell(unit);
  };
  await bus.view([flows.applyFinished], {}, { onEntry, onReset: () => behind.clear() }, signal);
  return {
    has: (unit, { last }) => last?.version !== undefined && behind.get(unitKey(unit)) === formatVersion(last.version),
    onBehind: (listener) => listeners.add(listener),
  };
};
