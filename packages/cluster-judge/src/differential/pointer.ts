import type { Value } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";

/** The steps of a JSON pointer (RFC 6901). */
export const stepsOf = (pointer: string): readonly string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

const childOf = (value: Value | undefined, step: string): Value | undefined => {
  if (Array.isArray(value)) return value[Number(step)];
  return isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
};

export const valueAt = (value: Value | undefined, pointer: string): Value | undefined =>
  stepsOf(pointer).reduce<Value | undefined>(childOf, value);

/** Sets or (undefined) removes in place; makes maps on the way, and lists where a step is a number. What cannot be reached is left. */
export const setAt = (root: Value, pointer: string, to: Value | undefined): void => {
  const steps = stepsOf(pointer);
  let parent: Value = root;
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    if (Array.isArray(parent)) {
      const at: number = step === "-" ? parent.length : Number(step);
      if (!Number.isInteger(at) || at > parent.length) return;
      if (isLast && to === undefined) parent.splice(at, 1);
      else if (isLast) parent[at] = to as Value;
      else parent = parent[at] ??= emptyFor(steps[index + 1]);
    } else if (isMap(parent)) {
      if (isLast && to === undefined) delete parent[step];
      else if (isLast) parent[step] = to as Value;
      else parent = parent[step] ??= emptyFor(steps[index + 1]);
    } else return;
  }
};

const emptyFor = (step: string | undefined): Value => (step !== undefined && /^(\d+|-)$/.test(step) ? [] : {});
