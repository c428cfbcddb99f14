import { describeRef, refOf } from "@evenkeel/resource";
import type { ManifestObject } from "@evenkeel/resource";

/** The moments that a release always has here: it is installed, then upgraded by being applied again. */
const APPLIED: ReadonlySet<string> = new Set([
  "pre-install",
  "post-install",
  "pre-upgrade",
  "post-upgrade",
  "crd-install",
]);

/**
 * Takes out hooks of moments that applying does not have (a `pre-delete` job would do its harm at once); the others are
 * objects like all, and a warning says so.
 */
export const withoutForeignHooks = (
  objects: readonly ManifestObject[],
): { readonly objects: readonly ManifestObject[]; readonly warnings: readonly string[] } => {
  const warnings: string[] = [];
  const kept = objects.filter(({ object, origin }) => {
    const hook = object.metadata.annotations?.["helm.sh/hook"];
    if (hook === undefined) return true;
    const applied = hook.split(",").some((moment) => APPLIED.has(moment.trim()));
    const end = applied ? "is applied as an ordinary object" : "is left out: this moment does not exist here";
    warnings.push(`${origin.file}:${origin.line}: the hook ${describeRef(refOf(object))} (${hook}) ${end}`);
    return applied;
  });
  return { objects: kept, warnings };
};
