import type { LiveObject, Value } from "../../../json.ts";
import { mapAt, ensureMap, textAt } from "../../../reading.ts";

/** Annotations in which autoscaling/v1 carries what it has no fields for. */
export const carried = {
  metrics: "autoscaling.alpha.kubernetes.io/metrics",
  currentMetrics: "autoscaling.alpha.kubernetes.io/current-metrics",
  conditions: "autoscaling.alpha.kubernetes.io/conditions",
  behavior: "autoscaling.alpha.kubernetes.io/behavior",
  scaleUpTolerance: "autoscaling.alpha.kubernetes.io/scale-up-tolerance",
  scaleDownTolerance: "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
} as const;

export type Carried = keyof typeof carried;

/** Takes them away; a map of annotations that is empty then goes too. */
export const dropCarried = (object: LiveObject): void => {
  const annotations = mapAt(object.metadata, "annotations");
  if (annotations === undefined) return;
  for (const key of Object.values(carried)) delete annotations[key];
  if (Object.keys(annotations).length === 0) delete object.metadata["annotations"];
};

/** Writes one as Go's encoder does, with `<`, `>` and `&` escaped. */
export const carry = (object: LiveObject, what: Carried, value: Value): void => {
  ensureMap(object.metadata, "annotations")[carried[what]] = JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
};

/** Reads one; undefined when absent or no JSON, which the server passes over. */
export const readCarried = (object: LiveObject, what: Carried): Value | undefined => {
  const text = textAt(mapAt(object.metadata, "annotations"), carried[what]);
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
};
