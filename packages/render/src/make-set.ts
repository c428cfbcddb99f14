import { compareRefs, refuseDuplicates, setDigest, toCanonical } from "@evenkeel/resource";
import type { ManifestObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";

import type { RenderLimits } from "./limits.ts";
import { refuse } from "./render-refused.ts";
import type { RenderedObject } from "./request.ts";

/** A complete set in canonical form, sorted by ref. */
export interface ObjectSet {
  readonly digest: string;
  readonly objects: readonly RenderedObject[];
}

/** Throws `DuplicateObject` or `LimitExceeded`: a set is whole or not at all. */
export const makeSet = (objects: readonly ManifestObject[], limits: RenderLimits, saltKey?: string): ObjectSet => {
  if (objects.length > limits.objects) {
    const first = objects[0]?.origin.file ?? "";
    throw refuse(
      "LimitExceeded",
      first,
      `${objects.length} objects, at most ${limits.objects}`,
      "split the application",
    );
  }
  refuseDuplicates(objects);
  let bytes = 0;
  const canonical = objects.map(({ object, origin }): RenderedObject => {
    const made = toCanonical(object, saltKey);
    // Of one text in memory any number of objects may be made.
    bytes += made.json.length;
    if (bytes > limits.outputBytes) {
      const problem = `the objects have more than ${limits.outputBytes} bytes together`;
      throw refuse("LimitExceeded", origin.file, problem, "split the application");
    }
    // A UTF-16 unit is three bytes at most.
    if (made.json.length * 3 > limits.objectBytes && Buffer.byteLength(made.json) > limits.objectBytes) {
      const problem = `${describeRef(made.ref)} has ${Buffer.byteLength(made.json)} bytes, at most ${limits.objectBytes}`;
      throw refuse("LimitExceeded", `${origin.file}:${origin.line}`, problem, "split it");
    }
    return { ...made, origin };
  });
  canonical.sort((a, b) => compareRefs(a.ref, b.ref));
  return { digest: setDigest(canonical), objects: canonical };
};

/** The digest of the set of nothing. */
export const EMPTY_DIGEST = setDigest([]);
