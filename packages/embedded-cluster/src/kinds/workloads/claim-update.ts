import type { LiveObject, ValueMap } from "../../json.ts";
import { forbidden } from "../field-error.ts";
import { mapAt, textAt } from "../../reading.ts";
import { sameMeaning } from "../../equal.ts";
import type { Findings } from "./selector-rules.ts";

/** A claim's spec stays: but for volume and class, once; and size when it is bound. */
export const keepClaim = (object: LiveObject, old: LiveObject): Findings => {
  const [next, before] = [mapAt(object, "spec") ?? {}, mapAt(old, "spec") ?? {}];
  const mayChange = (key: string): boolean =>
    key === "resources" || key === "volumeAttributesClassName"
      ? mapAt(object, "status")?.["phase"] === "Bound"
      : (key === "volumeName" || key === "storageClassName") && textAt(before, key) === "";
  const fixed = (spec: ValueMap): ValueMap =>
    Object.fromEntries(Object.entries(spec).filter(([key]) => !mayChange(key)));
  return sameMeaning(fixed(next), fixed(before)) ? [] : [forbidden("spec", "spec is immutable after creation")];
};
