import type { TypeRef, TypeTable } from "./type-node.ts";

/** The type as Go prints it: `int32`, `v1.PullPolicy`, `[]v1.Container`, `map[string]string`. */
export const goName = (ref: TypeRef, table: TypeTable): string => {
  const node = table.resolve(ref);
  switch (node.kind) {
    case "scalar":
      return node.goType ?? plainNames[node.scalar] ?? node.scalar;
    case "list":
      return node.goType ?? `[]${goName(node.element, table)}`;
    case "map":
      return node.goType ?? `map[string]${goName(node.values, table)}`;
    case "struct":
      return `${node.goPackage ?? ""}.${node.goType ?? ""}`;
    case "untyped":
      return node.goType ?? "interface {}";
  }
};

const plainNames: Readonly<Record<string, string>> = { boolean: "bool", bytes: "[]uint8" };
