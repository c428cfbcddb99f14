// For tests only.
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

type Step = string | number;

const at = (value: Json | undefined, step: Step): Json | undefined =>
  typeof step === "number" ? (value as readonly Json[] | undefined)?.[step] : (value as JsonObject | undefined)?.[step];

/** A copy of `value` with `path` set, or removed when `to` is undefined. Lists are indexed, maps made as needed. */
export const set = <T extends Json>(value: T, path: readonly Step[], to: Json | undefined): T => {
  const [step, ...rest] = path;
  if (step === undefined) return to as T;
  const changed = rest.length === 0 ? to : set((at(value, step) ?? {}) as Json, rest, to);
  if (typeof step === "number") {
    const list = [...(value as readonly Json[])];
    if (changed === undefined) list.splice(step, 1);
    else list[step] = changed;
    return list as unknown as T;
  }
  const map: Record<string, Json | undefined> = { ...(value as JsonObject) };
  if (changed === undefined) delete map[step];
  else map[step] = changed;
  return map as unknown as T;
};

export const setting =
  (path: readonly Step[], to: Json | undefined) =>
  (object: KubeObject): KubeObject =>
    set(object as unknown as Json, path, to) as unknown as KubeObject;

/** Appends to the list at `path`. */
export const adding =
  (path: readonly Step[], item: Json) =>
  (object: KubeObject): KubeObject => {
    const list = path.reduce<Json | undefined>(at, object as unknown as Json);
    return setting(path, [...((list ?? []) as readonly Json[]), item])(object);
  };
