import type { LiveObject } from "../../../json.ts";
import type { Hints } from "./mutate.ts";

/** A valid object of a kind, and values worth trying in its places. */
export interface Specimen {
  readonly title: string;
  readonly object: LiveObject;
  readonly hints: Hints;
}

export const meta = {
  name: "specimen",
  labels: { app: "x", "example.com/tier": "web" },
  annotations: { "example.com/note": "some text" },
  finalizers: ["example.com/hold"],
};
export const metaHints: Hints = {
  finalizers: [
    ["example.com/a", "b"],
    ["orphan", "foregroundDeletion"],
  ],
};
