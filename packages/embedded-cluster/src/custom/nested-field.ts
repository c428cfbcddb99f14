import { isMap, type Value, type ValueMap } from "../json.ts";
import { goFloat } from "../kinds/go-float.ts";
import { kindOfValue } from "./value-kind.ts";

/** A dotted path of a scale subresource, its leading dot left off. */
export const splitPath = (path: string): readonly string[] => path.replace(/^\./, "").split(".");

/** Go's names of the types that its JSON decoder makes. */
const goTypes: Readonly<Record<string, string>> = {
  null: "<nil>",
  boolean: "bool",
  string: "string",
  integer: "int64",
  number: "float64",
  array: "[]interface {}",
  object: "map[string]interface {}",
};

export const goTypeOf = (value: Value): string => goTypes[kindOfValue(value)] ?? "";

/** A value as Go's `%v` prints it. */
export const goValue = (value: Value): string => {
  if (value === null) return "<nil>";
  if (typeof value === "number" && !Number.isSafeInteger(value)) return goFloat(value);
  if (Array.isArray(value)) return `[${value.map(goValue).join(" ")}]`;
  if (!isMap(value)) return String(value);
  const members = Object.keys(value).toSorted();
  return `map[${members.map((key) => `${key}:${goValue(value[key] ?? null)}`).join(" ")}]`;
};

/** What was found at a path, or the server's complaint about what lies in the way or is there. */
export type NestedField<Found> =
  | { readonly kind: "found"; readonly value: Found }
  | { readonly kind: "absent" }
  | { readonly kind: "wrong"; readonly message: string };

const wrong = (path: readonly string[], value: Value, expected: string): NestedField<never> => ({
  kind: "wrong",
  message: `.${path.join(".")} accessor error: ${goValue(value)} is of the type ${goTypeOf(value)}, expected ${expected}`,
});

const find = (object: ValueMap, path: readonly string[]): NestedField<Value> => {
  let value: Value = object;
  for (const [index, field] of path.entries()) {
    if (value === null) return { kind: "absent" };
    if (!isMap(value)) return wrong(path.slice(0, index + 1), value, "map[string]interface{}");
    const next: Value | undefined = value[field];
    if (next === undefined) return { kind: "absent" };
    value = next;
  }
  return { kind: "found", value };
};

export const nestedInteger = (object: ValueMap, path: readonly string[]): NestedField<number> => {
  const field = find(object, path);
  if (field.kind !== "found") return field;
  const { value } = field;
  if (kindOfValue(value) !== "integer") return wrong(path, value, "int64");
  return { kind: "found", value: Number(value) };
};

export const nestedText = (object: ValueMap, path: readonly string[]): NestedField<string> => {
  const field = find(object, path);
  if (field.kind !== "found") return field;
  return typeof field.value === "string" ? { kind: "found", value: field.value } : wrong(path, field.value, "string");
};

/** Sets a value, making the objects on its way. */
export const setNested = (object: ValueMap, path: readonly string[], value: Value): void => {
  let at = object;
  for (const field of path.slice(0, -1)) {
    const next = at[field];
    if (isMap(next)) at = next;
    else at = at[field] = {};
  }
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
};
