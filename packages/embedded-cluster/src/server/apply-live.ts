import { type LiveObject, isMap } from "../json.ts";
import { describeConflicts } from "../managed/describe-conflicts.ts";
import type { ApplyConflict } from "../managed/managed-fields.ts";
import { applyBodyDuplicates, readApplyBody } from "../patch/apply-body.ts";
import { PatchFailed } from "../patch/patch-failed.ts";
import type { Call } from "./cluster-state.ts";
import { limitedBody } from "./decode-body.ts";
import { intend } from "./field-tracking.ts";
import { setMeta } from "./object-rules.ts";
import type { WriteOptions } from "./parameters.ts";
import { problemOf, readMerged, refusalOf } from "./read-patched.ts";
import { ApiRefusal, badRequest, plainError } from "./status.ts";
import { toStorage } from "./versions.ts";
import { textAt } from "../reading.ts";

const decodeMerged = (call: Call, merged: LiveObject, applied: LiveObject): LiveObject => {
  try {
    const { object } = readMerged(call, merged);
    call.kind.strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    const type = `${call.kind.group}/${call.kind.version}, Kind=${call.kind.kind}`;
    const subject = `${textAt(applied.metadata, "namespace")}/${textAt(applied.metadata, "name")}; ${type}`;
    throw plainError(
      `failed to convert new object (${subject}) to proper version: unable to convert unstructured object to ${type}: ${problem}`,
    );
  }
};

const STRICT_YAML = "error converting YAML to JSON: yaml: unmarshal errors:\n";

/** Members that an apply body has twice. Throws the server's 400 where the client is strict. */
const reportDuplicates = (call: Call, body: Uint8Array, options: WriteOptions): void => {
  if (options.fieldValidation === "Ignore") return;
  const problem = applyBodyDuplicates(body);
  if (problem === undefined) return;
  if (options.fieldValidation === "Strict") throw badRequest(`error strict decoding YAML: ${problem}`);
  call.warnings.push(
    ...problem
      .replace(STRICT_YAML, "")
      .split("\n")
      .map((line) => line.trim()),
  );
};

const readBody = (body: Uint8Array): LiveObject => {
  try {
    const map = readApplyBody(body);
    return { ...(isMap(map) ? map : {}) } as LiveObject;
  } catch (error) {
    if (error instanceof PatchFailed) throw refusalOf(error);
    throw error;
  }
};

const conflicted = (conflicts: readonly ApplyConflict[]): ApiRefusal => {
  const { causes, message } = describeConflicts(conflicts);
  return new ApiRefusal(409, "Conflict", message, { causes });
};

/** What an apply makes of the live object (undefined: of nothing), decoded and defaulted. */
export const applyToLive = (call: Call, live: LiveObject | undefined, options: WriteOptions): LiveObject => {
  const body = limitedBody(call);
  const applied = readBody(body);
  const outcome = intend(call, live, applied, options);
  switch (outcome.kind) {
    case "merged":
      reportDuplicates(call, body, options);
      // A round trip through another version is not always without a trace: one that changes nothing makes none.
      if (outcome.unchanged && live !== undefined && live.apiVersion !== outcome.object.apiVersion) {
        setMeta(live, "managedFields", outcome.object.metadata["managedFields"]);
        return live;
      }
      return toStorage(call.kind, decodeMerged(call, outcome.object, applied));
    case "refused":
      throw new ApiRefusal(outcome.status, outcome.status === 400 ? "BadRequest" : "", outcome.message);
    case "conflict":
      throw conflicted(outcome.conflicts);
  }
};
