import { copyOf, isMap } from "../json.ts";
import type { LiveObject, Value } from "../json.ts";
import { numberAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

/** A kind with a generation starts with 1. */
export const firstGeneration = (object: LiveObject): void => {
  object.metadata["generation"] = 1;
};

/** One more when it changed, else as before. */
export const nextGeneration = (object: LiveObject, old: LiveObject, changed: boolean): void => {
  const before = numberAt(old.metadata, "generation") ?? 0;
  const generation = changed ? before + 1 : before;
  if (generation === 0) delete object.metadata["generation"];
  else object.metadata["generation"] = generation;
};

/** The usual rule: the spec decides. */
export const nextGenerationBySpec = (object: LiveObject, old: LiveObject): void =>
  nextGeneration(object, old, !sameMeaning(object["spec"], old["spec"]));

/** A new object of a kind with a status, which is the server's: `empty` is how Go writes a zero one. */
export const startGeneration = (object: LiveObject, empty: Value): void => {
  firstGeneration(object);
  resetStatus(object, empty);
};

/** Drops what a client said of the status. */
export const resetStatus = (object: LiveObject, empty: Value): void => {
  object["status"] = isMap(empty) ? { ...empty } : empty;
};

/** Takes the old status, and counts the generation on when `changed`. */
export const continueGeneration = (object: LiveObject, old: LiveObject, changed: boolean): void => {
  keepField(object, old, "status");
  nextGeneration(object, old, changed);
};

/** As above for the kinds that count each change of their spec. */
export const countSpecChanges = (object: LiveObject, old: LiveObject): void =>
  continueGeneration(object, old, !sameMeaning(object["spec"], old["spec"]));

/** Takes one field as it is stored, absence included, whatever the request says. */
export const keepField = (object: LiveObject, old: LiveObject, key: string): void => {
  const value = old[key];
  if (value === undefined) delete object[key];
  else object[key] = copyOf(value);
};
