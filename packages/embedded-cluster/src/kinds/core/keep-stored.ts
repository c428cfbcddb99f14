import type { LiveObject } from "../../json.ts";

/** Takes a field as it is stored, whatever the request says. */
export const keepStored = (object: LiveObject, old: LiveObject, field: string): void => {
  if (old[field] === undefined) delete object[field];
  else object[field] = old[field];
};
