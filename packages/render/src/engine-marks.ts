import { notableMarks, refOf } from "@evenkeel/resource";
import type { ManifestObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";

import { refuse } from "./render-refused.ts";

/** Objects that one warning is about. */
interface Told {
  readonly first: ManifestObject;
  readonly says: string;
  count: number;
}

/**
 * What the marks of Helm, Argo CD and Flux make of a set: objects of moments that applying does not have are left out (a
 * `pre-delete` job would do its harm at once), a mark that means never touch is refused, and for each that is not heeded
 * a warning says what happens instead. Throws RenderRefused.
 */
export const heedMarks = (
  objects: readonly ManifestObject[],
): { readonly objects: readonly ManifestObject[]; readonly warnings: readonly string[] } => {
  const told = new Map<string, Told>();
  const kept = objects.filter((each) => {
    const marks = notableMarks(each.object);
    for (const { mark, effect } of marks) {
      if (effect.kind === "none" || effect.kind === "honoured") continue;
      const { file, line } = each.origin;
      if (effect.kind === "refuse") {
        const problem = `${describeRef(refOf(each.object))} bears ${mark}: ${effect.says}`;
        throw refuse("FeatureDisabled", `${file}:${line}`, problem, effect.remedy);
      }
      const key = `${mark}: ${effect.says}`;
      const known = told.get(key);
      if (known === undefined) told.set(key, { first: each, says: key, count: 1 });
      else known.count += 1;
    }
    return marks.every(({ effect }) => effect.kind !== "leave-out");
  });
  const warnings = [...told.values()].map(({ first: { object, origin }, says, count }) => {
    const more = count > 1 ? ` and ${count - 1} more` : "";
    return `${origin.file}:${origin.line}: ${describeRef(refOf(object))}${more} with ${says}`;
  });
  return { objects: kept, warnings };
};
