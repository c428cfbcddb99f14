import { isMap, type Value, type ValueMap } from "../json.ts";
import { jsonTypeOf } from "../schema/explain.ts";
import { goJsonText } from "./go-json-text.ts";
import { invalidPatch, PatchFailed } from "./patch-failed.ts";
import { builtinTypeOf } from "./server-order.ts";

const UNREADABLE = "couldn't get version/kind; json parse error: json: cannot unmarshal";
const IDENTITY =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** The patched document, if it still says what it is; of custom resources `live` must say so too. Throws PatchFailed (422, or 500 as the server). */
export const checkPatched = (patched: Value, live: ValueMap): ValueMap => {
  if (!isMap(patched)) {
    const why = `${UNREADABLE} ${jsonTypeOf(patched)} into Go value of type ${IDENTITY}`;
    throw invalidPatch(goJsonText(patched), why);
  }
  for (const [name, value] of Object.entries(patched)) {
    if ((name !== "apiVersion" && name !== "kind") || value === null || typeof value === "string") continue;
    const why = `${UNREADABLE} ${jsonTypeOf(value)} into Go struct field .${name} of type string`;
    throw invalidPatch(goJsonText(patched), why);
  }
  if (!isMissing(live["kind"]) && builtinTypeOf(live) === undefined) checkCustom(patched);
  return patched;
};

const isMissing = (value: Value | undefined): boolean => value === undefined || value === null || value === "";

const checkCustom = (patched: ValueMap): void => {
  const text = goJsonText(patched);
  if (isMissing(patched["kind"])) throw invalidPatch(text, `Object 'Kind' is missing in '${text}'`);
  if (!isMissing(patched["apiVersion"])) return;
  const message = "Object 'apiVersion' is missing in 'object has no apiVersion field'";
  throw new PatchFailed(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
};
