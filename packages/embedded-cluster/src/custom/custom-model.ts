import { copyOf, isMap, type LiveObject, type Value, type ValueMap } from "../json.ts";
import { DecodeFailed, type Decoded, type KindModel } from "../kinds/kind-strategy.ts";
import { asResourceRoot, type CustomSchema } from "./custom-schema.ts";
import { applySchemaDefaults, dropNulls } from "./default-fields.ts";
import { customTable, mergeTypeOf } from "./merge-type.ts";
import { pruneFields } from "./prune-fields.ts";
import { type Malformed, readMetadata } from "./resource-metadata.ts";

/** What a model reads: objects of this kind; others only have their metadata brought into form. */
export interface ModelOf {
  readonly group: string;
  readonly kind: string;
  readonly schema: CustomSchema;
  /** The schema of the version that an object says it is of. */
  readonly schemaFor: (object: LiveObject) => CustomSchema | undefined;
}

const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");

const textField = (value: ValueMap, key: string): string => {
  const text = value[key] ?? "";
  if (typeof text !== "string") throw new DecodeFailed(`.${key} is no text`);
  return text;
};

/** Brings what a client sent, or what is stored, into the schema's form, in place; returns the paths that the schema does not have. */
const bringIntoForm = (
  object: ValueMap,
  { group, kind }: Pick<ModelOf, "group" | "kind">,
  schema: CustomSchema,
  malformed: Malformed,
): readonly string[] => {
  const { metadata, unknown } = readMetadata(object["metadata"] ?? null, "metadata", malformed);
  const isOwn = textField(object, "kind") === kind && groupOf(textField(object, "apiVersion")) === group;
  const pruned = isOwn ? prune(object, schema) : [];
  // Metadata is Go's, whatever the schema says of it.
  object["metadata"] = metadata;
  return [...unknown, ...pruned];
};

const prune = (object: ValueMap, schema: CustomSchema): readonly string[] => {
  const pruned = pruneFields(object, asResourceRoot(schema));
  dropNulls(object, schema);
  return pruned;
};

/** The codec and merge schema of one version of a custom kind. */
export const customModel = (model: ModelOf): KindModel => ({
  readMerged: (value) => {
    const object = copyOf(isMap(value) ? value : {});
    if (!isMap(object["metadata"])) object["metadata"] = {};
    return object as LiveObject;
  },
  decode: (value: Value): Decoded => {
    if (!isMap(value))
      throw new DecodeFailed("json: cannot unmarshal array into Go value of type map[string]interface {}");
    if (textField(value, "kind") === "") throw new DecodeFailed("Object 'Kind' is missing");
    const object = copyOf(value);
    object["apiVersion"] ??= "";
    const unknown = bringIntoForm(object, model, model.schema, "refuse");
    return { object: object as LiveObject, strictErrors: unknown.map((path) => `unknown field "${path}"`) };
  },
  refreshStored: (object) => {
    const schema = model.schemaFor(object) ?? model.schema;
    bringIntoForm(object, model, schema, "drop");
    applySchemaDefaults(object, schema);
  },
  type: mergeTypeOf(model.schema),
  table: customTable,
});
