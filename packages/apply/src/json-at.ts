import { isObject } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

/** The string at a path, or "" where there is none. */
export const textAt = (value: Json | undefined, ...path: readonly string[]): string => {
  const found = path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value);
  return typeof found === "string" ? found : "";
};
