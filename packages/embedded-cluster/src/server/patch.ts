import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, isMap } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { PatchFailed } from "../patch/patch-failed.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge-patch.ts";
import type { Call } from "./cluster-state.ts";
import { jsonProblem, limitedBody } from "./decode-body.ts";
import { duplicateFields } from "./duplicate-fields.ts";
import { intend, track } from "./field-tracking.ts";
import { readApplyBody } from "./apply-body.ts";
import { checkName, ensureNamespace, expectedNamespace, textOf } from "./object-rules.ts";
import { type WriteOptions, writeOptions } from "./parameters.ts";
import { ApiRefusal, type StatusDetails, badRequest, conflict, invalid, notFound, plainError } from "./status.ts";
import { admitChange } from "./update.ts";
import { type Updated, updateStored } from "./update-stored.ts";
import { toStorage, toVersion } from "./versions.ts";

type PatchType = "json" | "merge" | "strategic" | "apply";

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** The kind of patch that a content type means. Throws the server's 415. */
export const patchType = (call: Call): PatchType => {
  const header = call.request.headers["content-type"] ?? "";
  const type = PATCH_TYPES[header.split(";")[0] ?? ""];
  const custom = call.cluster.catalogue.isCustom(call.kind);
  if (type !== undefined && !(custom && type === "strategic")) return type;
  if (!custom) throw new ApiRefusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  throw new ApiRefusal(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
  );
};

const parsePatch = (call: Call): { readonly value: Value; readonly text: string } => {
  const text = Buffer.from(limitedBody(call)).toString("utf8");
  try {
    return { value: parseJson(text) as Value, text };
  } catch (error) {
    throw badRequest(`error decoding patch: ${jsonProblem(text, error)}`);
  }
};

const badPatch = (patched: string, why: string): ApiRefusal =>
  invalid("", "", "", [{ type: "FieldValueInvalid", field: "patch", badValue: patched, detail: why }]);

const refusalOf = (failed: PatchFailed): ApiRefusal =>
  new ApiRefusal(failed.status, failed.reason, failed.message, failed.details as StatusDetails | undefined);

/** The document that a patch makes of the live one (in the endpoint's version). */
const patched = (
  call: Call,
  type: Exclude<PatchType, "apply">,
  document: LiveObject,
  patch: Value,
  options: WriteOptions,
): Value => {
  try {
    switch (type) {
      case "json":
        return applyJsonPatch(document, patch, options.fieldValidation);
      case "strategic":
        return applyStrategicMergePatch(document, patch, call.kind.model.type, call.kind.model.table);
      case "merge":
        return applyMergePatch(document, patch, options.fieldValidation);
    }
  } catch (error) {
    if (error instanceof PatchFailed) throw refusalOf(error);
    throw error;
  }
};

/** A decoding error of a patch comes without the words that name the kind. */
const withoutKind = (message: string): string =>
  message.replace(/^\w+ in version "[^"]*" cannot be handled as a \w+: /, "");

const decodePatched = (
  call: Call,
  document: Value,
  duplicates: readonly string[],
  options: WriteOptions,
): LiveObject => {
  try {
    const { object, strictErrors } = call.kind.model.decode(document);
    const errors = [...duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`), ...strictErrors];
    if (errors.length > 0 && options.fieldValidation === "Warn") call.warnings.push(...errors);
    if (errors.length > 0 && options.fieldValidation === "Strict") {
      throw badPatch(JSON.stringify(document), `strict decoding error: ${errors.join(", ")}`);
    }
    call.kind.strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    if (error instanceof DecodeFailed) throw badPatch(JSON.stringify(document), withoutKind(error.message));
    throw error;
  }
};

const patchLive = (
  call: Call,
  type: Exclude<PatchType, "apply">,
  live: LiveObject,
  options: WriteOptions,
): LiveObject => {
  const { value, text } = parsePatch(call);
  const duplicates = options.fieldValidation === "Ignore" ? [] : duplicateFields(text);
  const document = patched(call, type, toVersion(call.kind, live, call.kind.version), value, options);
  const object = toStorage(call.kind, decodePatched(call, document, duplicates, options));
  return track(call, live, object, options.fieldManager);
};

const decodeMerged = (call: Call, merged: LiveObject): LiveObject => {
  try {
    const { object } = call.kind.model.decode(merged);
    call.kind.strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    if (error instanceof DecodeFailed) throw plainError(withoutKind(error.message));
    throw error;
  }
};

const applyToLive = (call: Call, live: LiveObject | undefined, options: WriteOptions): LiveObject => {
  const body = readApplyBody(limitedBody(call));
  if (!isMap(body)) throw badRequest("error decoding YAML");
  const applied = { ...body, metadata: isMap(body["metadata"]) ? body["metadata"] : {} } as LiveObject;
  const outcome = intend(call, live, applied, options);
  switch (outcome.kind) {
    case "merged":
      return toStorage(call.kind, decodeMerged(call, outcome.object));
    case "refused":
      throw new ApiRefusal(outcome.status, outcome.status === 400 ? "BadRequest" : "", outcome.message);
    case "conflict": {
      const count = outcome.conflicts.length;
      const causes = outcome.conflicts.map(({ field, message }) => ({
        reason: "FieldManagerConflict",
        message,
        field,
      }));
      const lines = outcome.conflicts.map(({ field, message }) => `${message}: ${field}`).join("\n");
      throw new ApiRefusal(409, "Conflict", `Apply failed with ${count} conflict${count === 1 ? "" : "s"}: ${lines}`, {
        causes,
      });
    }
  }
};

/** PATCH of an object or its status, with any of the four kinds of patch. */
export const patchObject = (call: Call): Updated => {
  const type = patchType(call);
  const options = writeOptions(call.query, "PatchOptions", type === "apply");
  return updateStored(call, {
    name: call.name,
    options,
    forceCreate: type === "apply" && call.subresource === "",
    next: (live) => {
      if (live === undefined && type !== "apply") throw notFound(call.resource, call.name);
      const object =
        type === "apply" || live === undefined
          ? applyToLive(call, live, options)
          : patchLive(call, type, live, options);
      const uid = textOf(object.metadata["uid"]);
      if (live === undefined && uid !== "") {
        throw conflict(
          call.resource,
          call.name,
          `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
        );
      }
      ensureNamespace(object, expectedNamespace(call));
      checkName(object, call.name, expectedNamespace(call));
      admitChange(call, object, live, options);
      return object;
    },
  });
};
