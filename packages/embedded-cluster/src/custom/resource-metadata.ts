import { isMap, type Value, type ValueMap } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { builtinTable } from "../schema/builtin-table.ts";
import { codecsOf } from "../schema/decode.ts";
import { explain } from "../schema/explain.ts";

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const codec = codecsOf(builtinTable)(objectMeta);
const unknownField = /^unknown field (".*")$/s;

/** `unknown field "labels.x"` of metadata, as a path of the resource. */
const pathWithin = (path: string, error: string): string => {
  const quoted = unknownField.exec(error)?.[1];
  return quoted === undefined ? path : `${path}.${JSON.parse(quoted) as string}`;
};

/** `refuse` throws at a field of the wrong type; `drop` leaves it out, as reading from the store does. */
export type Malformed = "refuse" | "drop";

/** Each field by itself, so that one of the wrong type spoils no other. */
const readEach = (metadata: ValueMap): ValueMap => {
  const read: ValueMap = {};
  for (const key of Object.keys(metadata)) {
    const findings = { unknown: false, wrong: false };
    const one = codec.read({ [key]: metadata[key] ?? null }, findings) as ValueMap;
    if (!findings.wrong) Object.assign(read, one);
  }
  return read;
};

/** The metadata of a resource in the form that Go emits, and the paths of what is unknown. Throws DecodeFailed with Go's words. */
export const readMetadata = (
  metadata: Value,
  path: string,
  malformed: Malformed = "refuse",
): { readonly metadata: ValueMap; readonly unknown: readonly string[] } => {
  if (metadata === null) return { metadata: {}, unknown: [] };
  const findings = { unknown: false, wrong: false };
  const read = codec.read(metadata, findings) as ValueMap;
  if (!findings.unknown && !findings.wrong) return { metadata: read, unknown: [] };
  if (malformed === "drop" && isMap(metadata)) return { metadata: readEach(metadata), unknown: [] };
  const { failure, strictErrors } = explain(metadata, objectMeta, builtinTable);
  if (failure !== undefined) throw new DecodeFailed(failure);
  return { metadata: read, unknown: strictErrors.map((error) => pathWithin(path, error)) };
};
