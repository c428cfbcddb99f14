import type { FieldSet } from "./field-set.ts";
import { leaf } from "./field-set.ts";
import type { PathElement } from "./path-element.ts";

/** A set that is being collected. Only what was inserted counts: a level that stays empty is dropped by `built`. */
export interface SetBuilder {
  readonly members: Set<PathElement>;
  readonly below: Map<PathElement, SetBuilder>;
}

export const newBuilder = (): SetBuilder => ({ members: new Set(), below: new Map() });

/** The builder for what is below an element. */
export const descend = (builder: SetBuilder, element: PathElement): SetBuilder => {
  let next = builder.below.get(element);
  if (next === undefined) builder.below.set(element, (next = newBuilder()));
  return next;
};

/** Inserts a path given from its end's parent levels: `at` is where it lies. The root itself is never a member. */
export const insertPath = (builder: SetBuilder, path: readonly PathElement[]): void => {
  const last = path.at(-1);
  if (last === undefined) return;
  let level = builder;
  for (let i = 0; i < path.length - 1; i += 1) level = descend(level, path[i] as PathElement);
  level.members.add(last);
};

/** The set as it stands; the builder is done with. */
export const built = (builder: SetBuilder): FieldSet => {
  const out = new Map<PathElement, { member: boolean; below: FieldSet | undefined }>();
  for (const element of builder.members) out.set(element, leaf as { member: boolean; below: undefined });
  for (const [element, inner] of builder.below) {
    const below = built(inner);
    if (below.size > 0) out.set(element, { member: builder.members.has(element), below });
  }
  return out;
};
