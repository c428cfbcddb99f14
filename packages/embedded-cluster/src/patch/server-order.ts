import { isMap, type Value, type ValueMap } from "../json.ts";
import { builtinKinds, builtinTable } from "../schema/builtin-table.ts";
import type { TypeRef } from "../schema/type-node.ts";

const typeOf = new Map<string, TypeRef>([
  ["autoscaling/v1/Scale", "io.k8s.api.autoscaling.v1.Scale"],
  ...builtinKinds.map(({ group, version, kind, type }): [string, string] => [
    `${group === "" ? "" : `${group}/`}${version}/${kind}`,
    type,
  ]),
]);

/** The type of a document of a built-in kind; undefined for custom ones. */
export const builtinTypeOf = ({ apiVersion, kind }: ValueMap): TypeRef | undefined =>
  typeof apiVersion === "string" && typeof kind === "string" ? typeOf.get(`${apiVersion}/${kind}`) : undefined;

/**
 * A copy with its members in the order in which the server writes them, which errors quote: fields of structs as in Go,
 * keys of maps sorted. Custom resources are maps throughout.
 */
export const inServerOrder = (document: ValueMap): ValueMap => {
  const type = builtinTypeOf(document);
  return (type === undefined ? sortedThroughout(document) : ordered(document, type)) as ValueMap;
};

const sortedThroughout = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(sortedThroughout);
  if (!isMap(value)) return value;
  const sorted: ValueMap = {};
  for (const key of Object.keys(value).toSorted()) sorted[key] = sortedThroughout(value[key] ?? null);
  return sorted;
};

const ordered = (value: Value, ref: TypeRef): Value => {
  const node = builtinTable.resolve(ref);
  if (Array.isArray(value)) return node.kind === "list" ? value.map((item) => ordered(item, node.element)) : value;
  if (!isMap(value)) return value;
  const copy: ValueMap = {};
  if (node.kind === "map")
    for (const key of Object.keys(value).toSorted()) copy[key] = ordered(value[key] ?? null, node.values);
  else if (node.kind === "struct") {
    for (const [name, field] of Object.entries(node.fields)) {
      const item = value[name];
      if (item !== undefined) copy[name] = ordered(item, field.type);
    }
  } else return structuredClone(value);
  return copy;
};
