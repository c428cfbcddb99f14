import { canonicalJson, parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, type ValueMap, asJson, isMap } from "../json.ts";
import { DecodeFailed, type Decoded } from "../kinds/kind-strategy.ts";
import { goJsonText } from "../patch/go-json-text.ts";
import { goPrint } from "../patch/go-print.ts";
import type { BuiltinModel } from "../schema/builtin-model.ts";
import { ConversionFailed } from "../schema/merged-object.ts";
import { textOf } from "./object-rules.ts";
import { apiVersionOf } from "./versions.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { PatchFailed } from "../patch/patch-failed.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge-patch.ts";
import { keepingReset, kindProblem, typeProblem, withoutKind } from "./check-kind.ts";
import type { Call } from "./cluster-state.ts";
import { jsonProblem, limitedBody } from "./decode-body.ts";
import { describeConflicts } from "../managed/describe-conflicts.ts";
import type { ApplyConflict } from "../managed/managed-fields.ts";
import { findDuplicateFields } from "../schema/duplicate-fields.ts";
import { intend, track } from "./field-tracking.ts";
import { applyBodyDuplicates, readApplyBody } from "../patch/apply-body.ts";
import type { WriteOptions } from "./parameters.ts";
import { ApiRefusal, type StatusDetails, badRequest, invalid, plainError } from "./status.ts";
import { toStorage, toVersion } from "./versions.ts";

export type PatchType = "json" | "merge" | "strategic" | "apply";

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

/** Why a patch that is not JSON is refused: who checks fields reads it twice, and the first reading has words of its own. */
const unreadable = (problem: string, type: PatchType, options: WriteOptions): string => {
  if (type === "strategic") return problem;
  if (options.fieldValidation !== "Ignore") return `error decoding patch: ${problem}`;
  return type === "json" ? problem : "Invalid JSON Patch";
};

const parsePatch = (
  call: Call,
  type: PatchType,
  options: WriteOptions,
): { readonly value: Value; readonly text: string } => {
  const text = Buffer.from(limitedBody(call)).toString("utf8");
  try {
    return { value: parseJson(text) as Value, text };
  } catch {
    throw badRequest(unreadable(jsonProblem(text), type, options));
  }
};

const badPatch = (quoted: string, why: string): ApiRefusal =>
  invalid("", "", "", [{ type: "FieldValueInvalid", field: "patch", badValue: quoted, detail: why }]);

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

/** Go's converter instead of its JSON decoder, where the kind has one. */
const readMerged = (call: Call, document: Value): Decoded => {
  const { model } = call.kind;
  return "readMerged" in model ? (model as BuiltinModel).readMerged(document) : model.decode(document);
};

/** A strategic merge patch cannot change the type: the server knows what it patches. */
const typed = (call: Call, document: Value): Value =>
  isMap(document)
    ? { ...document, apiVersion: apiVersionOf(call.kind.group, call.kind.version), kind: call.kind.kind }
    : document;

/** A refused document as the server shows it: the members of custom resources are sorted. */
const quotedDocument = (call: Call, document: Value): string =>
  goJsonText(
    call.cluster.catalogue.isCustom(call.kind) ? (parseJson(canonicalJson(asJson(document))) as Value) : document,
  );

/** The type of a patched document is not taken for granted: it has to say what it is. */
const decodeDocument = (call: Call, document: Value): Decoded => {
  if (!isMap(document) || call.cluster.catalogue.isCustom(call.kind)) return call.kind.model.decode(document);
  const mistyped = typeProblem(document);
  if (mistyped !== undefined) throw new DecodeFailed(mistyped);
  if ((document["apiVersion"] ?? "") === "") return untyped(document);
  if ((document["kind"] ?? "") === "") throw new DecodeFailed(`Object 'Kind' is missing in '${goJsonText(document)}'`);
  const problem = kindProblem(call, document);
  if (problem !== undefined) throw new DecodeFailed(problem);
  return keepingReset(document, call.kind.model.decode(document));
};

/** Without a version nothing is known of the other fields: they are lost, and with them the name. */
const untyped = (document: ValueMap): Decoded => {
  const { apiVersion: _, kind: __, ...unknown } = document;
  return {
    object: { apiVersion: "", kind: "", metadata: {} },
    strictErrors: Object.keys(unknown)
      .toSorted()
      .map((field) => `unknown field ${JSON.stringify(field)}`),
  };
};

/** What is wrong with a merged object, without the words that name its kind; undefined for other errors. */
const problemOf = (error: unknown): string | undefined =>
  error instanceof DecodeFailed || error instanceof ConversionFailed ? withoutKind(error.message) : undefined;

/** The merged document as an object with defaults; `quoted` is how the server shows what it refuses. */
const decodePatched = (
  call: Call,
  read: () => Decoded,
  quoted: () => string,
  duplicates: readonly string[],
  options: WriteOptions,
): LiveObject => {
  try {
    const { object, strictErrors } = read();
    const errors = [...duplicates, ...strictErrors];
    if (errors.length > 0 && options.fieldValidation === "Warn") call.warnings.push(...errors);
    if (errors.length > 0 && options.fieldValidation === "Strict") {
      throw badPatch(quoted(), `strict decoding error: ${errors.join(", ")}`);
    }
    call.kind.strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    const problem = problemOf(error);
    throw problem === undefined ? error : badPatch(quoted(), problem);
  }
};

/** A body's members that are there twice; those of a JSON patch are told as its own. */
const duplicatesIn = (text: string, type: PatchType, options: WriteOptions): readonly string[] => {
  if (options.fieldValidation === "Ignore") return [];
  const found = findDuplicateFields(text);
  return type === "json" ? found.map((problem) => `json patch ${problem}`) : found;
};

/** What a JSON, merge or strategic merge patch makes of the live object, decoded, defaulted and tracked. */
export const patchLive = (
  call: Call,
  type: Exclude<PatchType, "apply">,
  live: LiveObject,
  options: WriteOptions,
): LiveObject => {
  const { value, text } = parsePatch(call, type, options);
  const duplicates = duplicatesIn(text, type, options);
  const document = patched(call, type, toVersion(call.kind, live, call.kind.version), value, options);
  const isStrategic = type === "strategic";
  const object = decodePatched(
    call,
    () => (isStrategic ? readMerged(call, typed(call, document)) : decodeDocument(call, document)),
    () => (isStrategic ? goPrint(value) : quotedDocument(call, document)),
    duplicates,
    options,
  );
  return track(call, live, toStorage(call.kind, object), options.fieldManager);
};

const decodeMerged = (call: Call, merged: LiveObject, applied: LiveObject): LiveObject => {
  try {
    const { object } = readMerged(call, merged);
    call.kind.strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    const type = `${call.kind.group}/${call.kind.version}, Kind=${call.kind.kind}`;
    const subject = `${textOf(applied.metadata["namespace"])}/${textOf(applied.metadata["name"])}; ${type}`;
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
      return toStorage(call.kind, decodeMerged(call, outcome.object, applied));
    case "refused":
      throw new ApiRefusal(outcome.status, outcome.status === 400 ? "BadRequest" : "", outcome.message);
    case "conflict":
      throw conflicted(outcome.conflicts);
  }
};
