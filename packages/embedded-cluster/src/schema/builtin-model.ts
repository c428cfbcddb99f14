import type { LiveObject, Value } from "../json.ts";
import { DecodeFailed, type Decoded, type KindModel } from "../kinds/kind-strategy.ts";
import { storersOf } from "./as-stored.ts";
import { builtinKinds, builtinTable } from "./builtin-table.ts";
import { codecsOf, type Findings } from "./decode.ts";
import { explain } from "./explain.ts";

const codecOf = codecsOf(builtinTable);
const storerOf = storersOf(builtinTable);

/** Of any type in the table, for bodies that are no resource (`io.k8s.api.autoscaling.v1.Scale`). */
export const modelOfType = (type: string): KindModel => {
  const codec = codecOf(type);
  const decode = (value: Value): Decoded => {
    const findings: Findings = { unknown: false, wrong: false };
    const object = codec.read(value, findings) as LiveObject;
    if (!findings.unknown && !findings.wrong) return { object, strictErrors: [] };
    const { failure, strictErrors } = explain(value, type, builtinTable);
    if (findings.wrong) throw new DecodeFailed(failure ?? "json: cannot unmarshal a schema inside it");
    return { object, strictErrors };
  };
  return { decode, asStored: storerOf(type) ?? (() => {}), type, table: builtinTable };
};

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const keyOf = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`;
const types = new Map(builtinKinds.map((each) => [keyOf(each), each.type]));
const models = new Map<string, KindModel>();

/** Codec and merge schema of a built-in kind at one served version. Throws RangeError when the server does not have it. */
export const builtinModel = (kind: GroupVersionKind): KindModel => {
  const key = keyOf(kind);
  const known = models.get(key);
  if (known !== undefined) return known;
  const type = types.get(key);
  if (type === undefined) throw new RangeError(`${key}: no such built-in kind`);
  const model = modelOfType(type);
  models.set(key, model);
  return model;
};
