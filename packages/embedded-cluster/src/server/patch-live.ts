import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, type ValueMap, isMap } from "../json.ts";
import { invalid as invalidField } from "../kinds/field-error.ts";
import { DecodeFailed, type Decoded } from "../kinds/kind-strategy.ts";
import { goJsonText } from "../patch/go-json-text.ts";
import { goPrint } from "../patch/go-print.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { PatchFailed } from "../patch/patch-failed.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge-patch.ts";
import { findDuplicateFields } from "../schema/duplicate-fields.ts";
import { keepingReset, kindProblem, typeProblem } from "./check-kind.ts";
import type { Call } from "./cluster-state.ts";
import { jsonProblem, limitedBody } from "./decode-body.ts";
import { track } from "./field-tracking.ts";
import type { WriteOptions } from "./parameters.ts";
import type { PatchType } from "./patch-type.ts";
import { problemOf, readMerged, refusalOf } from "./read-patched.ts";
import { type ApiRefusal, badRequest, invalid } from "./status.ts";
import { apiVersionOf, toStorage, toVersion } from "./versions.ts";

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

/** A strategic merge patch cannot change the type, for the server knows what it patches; but it has to be text. */
const typed = (call: Call, document: Value): Value => {
  if (!isMap(document)) return document;
  const { apiVersion, kind } = document;
  const isWrong = (value: Value | undefined): value is Value => (value ?? "") !== "" && typeof value !== "string";
  return {
    ...document,
    apiVersion: isWrong(apiVersion) ? apiVersion : apiVersionOf(call.kind.group, call.kind.version),
    kind: isWrong(kind) ? kind : call.kind.kind,
  };
};

/** The type of a patched document is not taken for granted: it has to say what it is. */
const decodeDocument = (call: Call, document: Value): Decoded => {
  if (!isMap(document) || call.cluster.catalogue.isCustom(call.kind)) return call.kind.model.decode(document);
  const mistyped = typeProblem(document);
  if (mistyped !== undefined) throw new DecodeFailed(mistyped);
  if ((document["apiVersion"] ?? "") === "") return untyped(document);
  const problem = kindProblem(call, document);
  if (problem !== undefined) throw new DecodeFailed(problem);
  return keepingReset(document, call.kind.model.decode({ ...document, kind: call.kind.kind }));
};

const readStrategic = (call: Call, document: Value): Decoded => {
  const decoded = readMerged(call, typed(call, document));
  return isMap(document) ? keepingReset(document, decoded) : decoded;
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

/** A custom resource cannot be patched into another version of itself. Throws the server's 422, for the group that it says. */
const checkVersionKept = (call: Call, object: LiveObject): void => {
  const expected = apiVersionOf(call.kind.group, call.kind.version);
  if (object.apiVersion === expected || !call.cluster.catalogue.isCustom(call.kind)) return;
  const slash = object.apiVersion.lastIndexOf("/");
  throw invalid(object.apiVersion.slice(0, Math.max(slash, 0)), object.kind, call.name, [
    invalidField("apiVersion", object.apiVersion, `must be ${expected}`),
  ]);
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
    () => (isStrategic ? readStrategic(call, document) : decodeDocument(call, document)),
    () => (isStrategic ? goPrint(value) : goJsonText(document)),
    duplicates,
    options,
  );
  checkVersionKept(call, object);
  return track(call, live, toStorage(call.kind, object), options.fieldManager);
};
