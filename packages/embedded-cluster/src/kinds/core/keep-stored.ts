import type { LiveObject } from "../../json.ts";

/** Takes a field as it is stored, whatever the request says. */
export const keepStored = (object: LiveObject, old: LiveObject, field: string): void => {
  if (old[field] === undefined) delete object[field];
  else object[field] = old[field];
};

/** Takes the metadata that a write to some kinds' status leaves alone. */
export const keepStoredMetadata = (object: LiveObject, old: LiveObject): void => {
  for (const field of ["labels", "annotations", "finalizers", "ownerReferences"]) {
    const value = old.metadata[field];
    if (value === undefined) delete object.metadata[field];
    else object.metadata[field] = value;
  }
};
