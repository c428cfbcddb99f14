import type { Schema } from "./ask-server.ts";

/** The schema behind a reference, if it is one. */
export const targetOf = (schema: Schema, schemas: ReadonlyMap<string, Schema>): Schema => {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (ref === undefined) return schema;
  const name = ref.slice(ref.lastIndexOf("/") + 1);
  const target = schemas.get(name);
  if (target === undefined) throw new Error(`${name}: no such schema`);
  return target;
};

interface ListRelationship {
  readonly relationship: "atomic" | "set" | "map";
  readonly keys?: readonly string[];
}

/** How the server merges a list: by its list type, else by its patch strategy, else as a whole (kube-openapi, schemaconv). */
export const listRelationship = (schema: Schema, where: string): ListRelationship => {
  const keys = schema["x-kubernetes-list-map-keys"];
  const mergeKey = schema["x-kubernetes-patch-merge-key"];
  const type = schema["x-kubernetes-list-type"];
  if (type === "map") {
    if (keys === undefined) throw new Error(`${where}: a map list without keys`);
    return { relationship: "map", keys };
  }
  if (type !== undefined) return { relationship: type };
  if (schema["x-kubernetes-patch-strategy"]?.startsWith("merge") !== true) return { relationship: "atomic" };
  return mergeKey === undefined ? { relationship: "set" } : { relationship: "map", keys: [mergeKey] };
};
