import type { Atom } from "./atom.ts";
import type { Branch, FieldSet } from "./field-set.ts";
import type { PathElement } from "./path-element.ts";

/** The set with every declared struct field that has members below it as a member too; keys of maps and items of lists stay as they are. */
export const withNamedFields = (set: FieldSet, atom: Atom | undefined): FieldSet => {
  const out = new Map<PathElement, Branch>();
  for (const [element, branch] of set) {
    if (branch.below === undefined) {
      out.set(element, branch);
      continue;
    }
    const name = element.startsWith("f:") ? element.slice(2) : undefined;
    const declared = name === undefined ? undefined : atom?.map?.field(name);
    const inner = name === undefined ? itemAtom(element, atom) : (declared ?? atom?.map?.element());
    out.set(element, {
      member: branch.member || declared !== undefined,
      below: withNamedFields(branch.below, inner),
    });
  }
  return out;
};

const itemAtom = (element: PathElement, atom: Atom | undefined): Atom | undefined =>
  element.startsWith("k:") ? atom?.list?.element() : undefined;
