import { storedKey } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import type { Placed } from "./place-object.ts";

/** An object as it was placed, and its ref as it was written. */
export interface PlacedObject {
  readonly written: ObjectRef;
  readonly placed: Placed;
}

const asWritten = (ref: ObjectRef): string => {
  const of = storedKey(ref) === formatRef(ref) ? "" : ` of ${ref.group}`;
  return ref.namespace === "" ? `${describeRef(ref)}${of} (no namespace)` : `${describeRef(ref)}${of}`;
};

/**
 * Refuses objects that have become one by placing (the default namespace was set on one, or a namespace taken off what
 * belongs to the whole cluster), or that are one by two groups: one of them would be lost in silence, and which one would change with each commit.
 */
export const refuseTwins = <T extends PlacedObject>(objects: readonly T[]): readonly T[] => {
  const byRef = Map.groupBy(objects, ({ placed }) => storedKey(placed.ref));
  return objects.map((object) => {
    const twins = byRef.get(storedKey(object.placed.ref)) ?? [];
    if (object.placed.kind === "refused" || twins.length < 2) return object;
    const { ref } = object.placed;
    const message = `${describeRef(ref)} is written twice: as ${twins.map(({ written }) => asWritten(written)).join(" and as ")}`;
    const remedy = "keep one of them in Git, or give one another name or namespace";
    return { ...object, placed: { kind: "refused", ref, reason: { code: "DuplicateObject", message, remedy } } };
  });
};
