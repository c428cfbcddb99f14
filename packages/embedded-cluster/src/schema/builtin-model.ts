import type { LiveObject, Value } from "../json.ts";
import { DecodeFailed, type Decoded, type KindModel } from "../kinds/kind-strategy.ts";
import { storersOf } from "./as-stored.ts";
import { builtinKinds, builtinTable } from "./builtin-table.ts";
import { codecsOf, type Findings } from "./decode.ts";
import { explain } from "./explain.ts";
import { convertMerged } from "./merged-object.ts";

const codecOf = codecsOf(builtinTable);
const storerOf = storersOf(builtinTable);

/** A built-in kind's model can also write: `emit` is what Go would make of an object that the server changed. */
export interface BuiltinModel extends KindModel {
  /** The same zero and omission rules as `decode`, for an object of the right types; unknown fields are dropped. Throws TypeError. */
  emit(object: LiveObject): LiveObject;
  /**
   * Reads what an apply or a strategic merge patch put together, as Go's converter does: integers wrap, unknown fields
   * are told sorted. Throws ConversionFailed, whose message is the bare reason.
   */
  readMerged(value: Value): Decoded;
}

/** Of any type in the table, for bodies that are no resource (`io.k8s.api.autoscaling.v1.Scale`). */
export const modelOfType = (type: string, kind: string, version: string): BuiltinModel => {
  const codec = codecOf(type);
  const decode = (value: Value): Decoded => {
    const findings: Findings = { unknown: false, wrong: false };
    const object = codec.read(value, findings) as LiveObject;
    if (!findings.unknown && !findings.wrong) return { object, strictErrors: [] };
    const { failure, strictErrors } = explain(value, type, builtinTable);
    if (failure !== undefined)
      throw new DecodeFailed(
        `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${failure}`,
      );
    return { object, strictErrors };
  };
  const emit = (object: LiveObject): LiveObject => {
    const findings: Findings = { unknown: false, wrong: false };
    const emitted = codec.read(object, findings) as LiveObject;
    if (findings.wrong)
      throw new TypeError(`${kind} cannot be emitted: ${explain(object, type, builtinTable).failure}`);
    return emitted;
  };
  const readMerged = (value: Value): Decoded => {
    const findings: Findings = { unknown: false, wrong: false };
    let object = codec.read(value, findings) as LiveObject;
    if (findings.wrong) {
      const converted = convertMerged(value, type, builtinTable);
      object = codec.read(converted, { unknown: false, wrong: false }) as LiveObject;
    }
    if (!findings.unknown) return { object, strictErrors: [] };
    // This door of the server puts the path between quotes as it is.
    const unknown = explain(value, type, builtinTable).unknownFields.map((path) => `unknown field "${path}"`);
    return { object, strictErrors: unknown.toSorted() };
  };
  const asStored = storerOf(type) ?? (() => {});
  return { decode, emit, readMerged, asStored, type, table: builtinTable };
};

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const keyOf = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`;
const types = new Map(builtinKinds.map((each) => [keyOf(each), each.type]));
const models = new Map<string, BuiltinModel>();

/** Codec and merge schema of a built-in kind at one served version. Throws RangeError when the server does not have it. */
export const builtinModel = (kind: GroupVersionKind): BuiltinModel => {
  const key = keyOf(kind);
  const known = models.get(key);
  if (known !== undefined) return known;
  const type = types.get(key);
  if (type === undefined) throw new RangeError(`${key}: no such built-in kind`);
  const model = modelOfType(type, kind.kind, kind.version);
  models.set(key, model);
  return model;
};
