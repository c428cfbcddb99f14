import type { LiveObject } from "../../json.ts";
import { textOf } from "../validation/read-value.ts";

const suffix = ".static.k8s.io";

/** Admission configurations of such a name will only come from files. */
export const reservedNameWarnings = (object: LiveObject): readonly string[] =>
  textOf(object.metadata["name"]).endsWith(suffix)
    ? [
        `metadata.name: names ending with "${suffix}" are reserved for static manifest-based configurations and cannot be managed via the API`,
      ]
    : [];
