import { OWN_DOMAIN } from "@evenkeel/resource";
import type { Json, KubeObject } from "@evenkeel/resource";

import { FieldsRefused, compileMask, leafPaths, showPath } from "./field-mask.ts";
import type { MaskNode } from "./field-mask.ts";
import { ABSENT, valuesOf } from "./mask-values.ts";
import { entriesOf, isOwnEntry } from "./owned-entry.ts";
import type { ManagedEntry } from "./owned-entry.ts";
import { showValue } from "./show-value.ts";

/** A field that a write of ours took of another manager, with its value before and since, fit to be shown. */
export interface TakenField {
  readonly path: string;
  readonly manager: string;
  readonly before: string;
  readonly after: string;
}

const maskOf = ({ fieldsV1 }: ManagedEntry): MaskNode => {
  try {
    return compileMask(fieldsV1);
  } catch (error) {
    if (error instanceof FieldsRefused) return { self: false, children: [] };
    throw error;
  }
};

const leavesOf = (entries: readonly ManagedEntry[]): ReadonlySet<string> =>
  new Set(entries.flatMap((entry) => leafPaths(maskOf(entry))));

const OWN_MARK = `["${OWN_DOMAIN}/`;

/**
 * What others had of an object before a write of ours and have no longer, while it is ours now or was taken out. `nameOf`
 * gives the manager that an entry stands for: what changes hands between entries of one manager was not taken of it.
 */
export const takenFields = (
  before: KubeObject,
  after: KubeObject,
  nameOf: (manager: string) => string,
): readonly TakenField[] => {
  const [had, have] = [before, after].map((object) =>
    entriesOf(object).filter(({ subresource }) => subresource === ""),
  );
  const ours = leavesOf((have ?? []).filter(isOwnEntry));
  const told = new Map<string, TakenField>();
  for (const entry of (had ?? []).filter((each) => !isOwnEntry(each))) {
    const manager = nameOf(entry.manager);
    const kept = leavesOf((have ?? []).filter((each) => !isOwnEntry(each) && nameOf(each.manager) === manager));
    const mask = maskOf(entry);
    const [were, are] = [valuesOf(mask, before as Json), valuesOf(mask, after as Json)];
    for (const [path, was] of were) {
      const is = are.get(path) ?? ABSENT;
      if (was === ABSENT || kept.has(path) || path.includes(OWN_MARK) || (is !== ABSENT && !ours.has(path))) continue;
      told.set(`${manager} ${path}`, {
        path: showPath(path),
        manager,
        before: showValue(before, path, was),
        after: showValue(after, path, is),
      });
    }
  }
  return [...told.values()];
};
