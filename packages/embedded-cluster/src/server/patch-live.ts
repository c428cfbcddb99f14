import type { LiveObject, ValueMap } from "../json.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge-patch.ts";
import type { Call } from "./cluster-state.ts";
import { decodeDocument, jsonIn } from "./decode-body.ts";
import { track } from "./field-tracking.ts";
import type { WriteOptions } from "./parameters.ts";
import type { PatchType } from "./patch-type.ts";
import { type ApiRefusal, invalid } from "./status.ts";
import { toStorage, toVersion } from "./versions.ts";

const badPatch = (why: string): ApiRefusal =>
  invalid("", "", "", [{ type: "FieldValueInvalid", field: "patch", badValue: "", detail: why }]);

/** The document that a patch makes of the live one (in the endpoint's version). */
const patched = (call: Call, type: Exclude<PatchType, "apply">, document: LiveObject): ValueMap => {
  const patch = jsonIn(call);
  switch (type) {
    case "json":
      return applyJsonPatch(document, patch);
    case "strategic":
      return applyStrategicMergePatch(document, patch, call.kind.model.type, call.kind.model.table);
    case "merge":
      return applyMergePatch(document, patch);
  }
};

/** What a JSON, merge or strategic merge patch makes of the live object, decoded, defaulted and tracked. */
export const patchLive = (
  call: Call,
  type: Exclude<PatchType, "apply">,
  live: LiveObject,
  options: WriteOptions,
): LiveObject => {
  const document = patched(call, type, toVersion(call.kind, live, call.kind.version));
  const object = decodeDocument(call, document, options, badPatch);
  return track(call, live, toStorage(call.kind, object), options.fieldManager);
};
