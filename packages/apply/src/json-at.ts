import type { Json, JsonObject } from "@evenkeel/resource";

/** Whether JSON is a mapping. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The string at a path, or "" where there is none. */
export const textAt = (value: Json | undefined, ...path: readonly string[]): string => {
  const found = path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value);
  return typeof found === "string" ? found : "";
};
