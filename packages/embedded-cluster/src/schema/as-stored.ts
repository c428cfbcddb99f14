import { isMap, type Value, type ValueMap } from "../json.ts";
import type { TypeNode, TypeRef, TypeTable } from "./type-node.ts";

/** Brings a value of one type, in place, into the form in which it comes back from storage. */
export type Storer = (value: Value) => void;

interface StoredField {
  readonly name: string;
  readonly isNilWhenEmpty: boolean;
  readonly within: Storer | undefined;
}

/**
 * Protocol buffers know no empty lists and maps: one that Go always emits reads as null after it was stored. Undefined
 * for types that have none inside. Compiles types once each.
 */
export const storersOf = (table: TypeTable): ((ref: TypeRef) => Storer | undefined) => {
  const named = new Map<string, Storer | undefined>();
  const compile = (ref: TypeRef): Storer | undefined => {
    if (typeof ref !== "string") return build(ref);
    if (named.has(ref)) return named.get(ref);
    named.set(ref, undefined); // a schema of schemas, which has no such list
    const built = build(table.resolve(ref));
    named.set(ref, built);
    return built;
  };

  const build = (node: TypeNode): Storer | undefined => {
    switch (node.kind) {
      case "list":
        return ofItems(compile(node.element));
      case "map":
        return ofItems(compile(node.values));
      case "struct": {
        const fields = Object.entries(node.fields).map(([name, field]): StoredField => {
          const { kind } = table.resolve(field.type);
          const isNilWhenEmpty =
            field.emit === "always" && field.pointer !== true && (kind === "list" || kind === "map");
          return { name, isNilWhenEmpty, within: compile(field.type) };
        });
        return ofFields(fields.filter(({ isNilWhenEmpty, within }) => isNilWhenEmpty || within !== undefined));
      }
      case "scalar":
      case "untyped":
        return undefined;
    }
  };
  return compile;
};

const ofItems = (within: Storer | undefined): Storer | undefined =>
  within &&
  ((value) => {
    if (typeof value === "object" && value !== null) Object.values(value).forEach(within);
  });

const isEmpty = (value: Value): boolean =>
  Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;

const ofFields = (fields: readonly StoredField[]): Storer | undefined => {
  if (fields.length === 0) return undefined;
  return (value) => {
    if (!isMap(value)) return;
    for (const field of fields) storeField(value, field);
  };
};

const storeField = (parent: ValueMap, { isNilWhenEmpty, name, within }: StoredField): void => {
  const value = parent[name];
  if (value === undefined || value === null) return;
  if (isNilWhenEmpty && isEmpty(value)) parent[name] = null;
  else within?.(value);
};
