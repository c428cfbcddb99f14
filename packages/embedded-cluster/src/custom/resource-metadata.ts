import { isMap, type Value, type ValueMap } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { builtinTable } from "../schema/builtin-table.ts";
import { codecsOf } from "../schema/decode.ts";
import type { TypeRef } from "../schema/type-node.ts";

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const codec = codecsOf(builtinTable)(objectMeta);

/** Paths below `path` that Go's ObjectMeta does not have. */
const unknownWithin = (value: Value, type: TypeRef, path: string): readonly string[] => {
  const node = builtinTable.resolve(type);
  if (Array.isArray(value) && node.kind === "list")
    return value.flatMap((item, index) => unknownWithin(item, node.element, `${path}[${index}]`));
  if (!isMap(value) || node.kind !== "struct") return [];
  return Object.keys(value).flatMap((key) => {
    const field = node.fields[key];
    return field === undefined ? [`${path}.${key}`] : unknownWithin(value[key] ?? null, field.type, `${path}.${key}`);
  });
};

/** The metadata of a resource in the form that Go emits, and the paths of what is unknown. Throws DecodeFailed with Go's words. */
export const readMetadata = (
  metadata: Value,
  path: string,
): { readonly metadata: ValueMap; readonly unknown: readonly string[] } => {
  if (metadata === null) return { metadata: {}, unknown: [] };
  const findings = { unknown: false, wrong: false };
  const read = codec.read(metadata, findings);
  if (findings.wrong || !isMap(read)) throw new DecodeFailed(explainMisfit(metadata));
  return { metadata: read, unknown: findings.unknown ? unknownWithin(metadata, objectMeta, path) : [] };
};

const explainMisfit = (metadata: Value): string =>
  isMap(metadata)
    ? "json: cannot unmarshal metadata"
    : `json: cannot unmarshal ${typeof metadata} into Go value of type v1.ObjectMeta`;
