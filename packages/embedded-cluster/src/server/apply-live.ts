import type { LiveObject } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { describeKind, describeObject } from "../managed/describe-object.ts";
import { describeConflicts } from "../managed/describe-conflicts.ts";
import type { ApplyConflict } from "../managed/managed-fields.ts";
import { readApplyBody } from "../patch/apply-body.ts";
import type { Call } from "./cluster-state.ts";
import { limitedBody } from "./decode-body.ts";
import { intend } from "./field-tracking.ts";
import { setMeta } from "./object-rules.ts";
import type { WriteOptions } from "./parameters.ts";
import { ApiRefusal, plainError } from "./status.ts";
import { toStorage } from "./versions.ts";

const decodeMerged = (call: Call, merged: LiveObject, applied: LiveObject): LiveObject => {
  const { model, strategy } = call.kind;
  try {
    const object = model.readMerged?.(merged) ?? model.decode(merged).object;
    strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    if (!(error instanceof DecodeFailed)) throw error;
    throw plainError(
      `failed to convert new object (${describeObject(applied)}) to proper version: unable to convert unstructured object to ${describeKind(merged)}: ${error.message}`,
    );
  }
};

const conflicted = (conflicts: readonly ApplyConflict[]): ApiRefusal => {
  const { causes, message } = describeConflicts(conflicts);
  return new ApiRefusal(409, "Conflict", message, { causes });
};

/** What an apply makes of the live object (undefined: of nothing), decoded and defaulted. */
export const applyToLive = (call: Call, live: LiveObject | undefined, options: WriteOptions): LiveObject => {
  const applied = readApplyBody(limitedBody(call)) as LiveObject;
  const outcome = intend(call, live, applied, options);
  switch (outcome.kind) {
    case "merged":
      // A round trip through another version is not always without a trace: one that changes nothing makes none.
      if (outcome.unchanged && live !== undefined && live.apiVersion !== outcome.object.apiVersion) {
        setMeta(live, "managedFields", outcome.object.metadata["managedFields"]);
        return live;
      }
      return toStorage(call.kind, decodeMerged(call, outcome.object, applied));
    case "conflict":
      throw conflicted(outcome.conflicts);
  }
};
