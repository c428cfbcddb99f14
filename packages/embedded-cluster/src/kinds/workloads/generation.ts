import { copyOf, isMap } from "../../json.ts";
import type { LiveObject, Value } from "../../json.ts";
import { numberAt } from "./reading.ts";
import { sameValue } from "./same-value.ts";

/** A new object is at its first generation, and its status is the server's: `empty` is how Go writes a zero one. */
export const startGeneration = (object: LiveObject, empty: Value): void => {
  object.metadata["generation"] = 1;
  resetStatus(object, empty);
};

/** Drops what a client said of the status. */
export const resetStatus = (object: LiveObject, empty: Value): void => {
  object["status"] = isMap(empty) ? { ...empty } : empty;
};

/** Takes the old status, and counts the generation on when `changed`. */
export const continueGeneration = (object: LiveObject, old: LiveObject, changed: boolean): void => {
  keepField(object, old, "status");
  const before = numberAt(old.metadata, "generation") ?? 0;
  const generation = changed ? before + 1 : before;
  if (generation === 0) delete object.metadata["generation"];
  else object.metadata["generation"] = generation;
};

/** As above for the kinds that count each change of their spec. */
export const countSpecChanges = (object: LiveObject, old: LiveObject): void =>
  continueGeneration(object, old, !sameValue(object["spec"], old["spec"]));

/** Takes one field from the old object, absence included. */
export const keepField = (object: LiveObject, old: LiveObject, key: string): void => {
  const value = old[key];
  if (value === undefined) delete object[key];
  else object[key] = copyOf(value);
};
