import type { LiveObject, Value } from "../../json.ts";
import { isMap } from "../../json.ts";
import { hasCameEmpty } from "../../schema/came-empty.ts";
import { numberOf } from "../validation/read-value.ts";

/** Equal in Go's semantic sense: nil and empty lists and maps, null and absent fields are the same. */
export const semanticEqual = (a: Value | undefined, b: Value | undefined): boolean => {
  if (isVoid(a) && isVoid(b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => semanticEqual(item, b[index]));
  if (isMap(a) && isMap(b)) return fieldsEqual(a, b);
  return a === b;
};

const isVoid = (value: Value | undefined): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

const fieldsEqual = (a: Record<string, Value>, b: Record<string, Value>): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => semanticEqual(a[key], b[key]));

/** A kind with a generation starts with 1. */
export const firstGeneration = (object: LiveObject): void => {
  object.metadata["generation"] = 1;
};

/** One more when any of these fields changed, else as before. */
export const nextGeneration = (object: LiveObject, old: LiveObject, changed: boolean): void => {
  const before = numberOf(old.metadata["generation"]);
  const generation = changed ? before + 1 : before;
  if (generation === 0) delete object.metadata["generation"];
  else object.metadata["generation"] = generation;
};

/** The usual rule: the spec decides. */
export const nextGenerationBySpec = (object: LiveObject, old: LiveObject): void =>
  nextGeneration(object, old, !semanticEqual(object["spec"], old["spec"]));

/** As reflect.DeepEqual of a new value and a stored one. */
export const deepEqual = (next: Value | undefined, stored: Value | undefined): boolean =>
  semanticEqual(next, stored) && !hasCameEmpty(next ?? null);
