import type { Unit } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import { newTracked, newUnit } from "./tracked.ts";
import type { Tracked, TrackedUnit } from "./tracked.ts";

/** The units of one cluster and their objects. */
export interface UnitTable {
  find(ref: ObjectRef): Tracked | undefined;
  units(): Iterable<TrackedUnit>;
  unitOf(unit: Unit): TrackedUnit;
  /** The object of this ref and its key in the unit, made if it is new there. */
  objectOf(unit: TrackedUnit, key: string, ref: ObjectRef): Tracked;
  /** Forgets those objects of the unit that are not among these. */
  keepOnly(unit: TrackedUnit, keys: ReadonlySet<string>): void;
}

export const openUnitTable = (): UnitTable => {
  const units = new Map<string, TrackedUnit>();
  const byRef = new Map<string, Tracked>();
  return {
    find: (ref) => byRef.get(formatRef(ref)),
    units: () => units.values(),
    unitOf: (unit) => {
      const known = units.get(unit.app) ?? newUnit(unit);
      units.set(unit.app, known);
      return known;
    },
    objectOf: (unit, key, ref) => {
      const known = byRef.get(key);
      if (known?.of === unit) return known;
      known?.of.objects.delete(key);
      const made = newTracked(ref, unit);
      byRef.set(key, made);
      unit.objects.set(key, made);
      return made;
    },
    keepOnly: (unit, keys) => {
      for (const [key, tracked] of unit.objects) {
        if (keys.has(key)) continue;
        unit.objects.delete(key);
        if (byRef.get(key) === tracked) byRef.delete(key);
      }
    },
  };
};
