import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, type ValueMap, isMap } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { readApplyBody } from "../patch/apply-body.ts";
import { claimedType, keepingReset, kindProblem, typeProblem, withoutKind } from "./check-kind.ts";
import type { Call } from "./cluster-state.ts";
import { findDuplicateFields } from "../schema/duplicate-fields.ts";
import { bodyType } from "./media-types.ts";
import type { WriteOptions } from "./parameters.ts";
import { ApiRefusal, badRequest, tooLarge } from "./status.ts";
import { apiVersionOf } from "./versions.ts";

const MAX_BODY = 3 * 1024 * 1024;
const SUMMARY = 30;

/** The bytes of a body. Throws the server's 413. */
export const limitedBody = (call: Call): Uint8Array => {
  const { body } = call.request;
  if (body.length > MAX_BODY) throw tooLarge(`limit is ${MAX_BODY}`);
  return body;
};

const summary = (body: Uint8Array): string => {
  if (body.length === 0) return "<empty>";
  const head = Buffer.from(body.subarray(0, SUMMARY));
  const text = body[0] === 0x7b ? head.toString("utf8") : head.toString("hex");
  return body.length > SUMMARY ? `${text} ...` : text;
};

/** What is said of a text that is not JSON: begun as Go does. */
export const jsonProblem = (text: string): string => {
  try {
    JSON.parse(text);
  } catch (error) {
    if (text.trim() !== "") return `invalid character in JSON: ${(error as Error).message}`;
  }
  return "unexpected end of JSON input";
};

const goKind = (value: Value): string =>
  Array.isArray(value)
    ? "array"
    : typeof value === "bigint"
      ? "number"
      : typeof value === "boolean"
        ? "bool"
        : typeof value;

const unrecognised = (call: Call, why: string, body: Uint8Array): ApiRefusal =>
  badRequest(`the object provided is unrecognized (must be of type ${call.kind.kind}): ${why} (${summary(body)})`);

const NO_TYPE = "couldn't get version/kind; json parse error:";

const parse = (call: Call, body: Uint8Array): { readonly document: ValueMap; readonly text: string | undefined } => {
  if (bodyType(call.request.headers["content-type"]) === "yaml") {
    const read = readApplyBody(body);
    return { document: isMap(read) ? read : {}, text: undefined };
  }
  const text = Buffer.from(body).toString("utf8");
  let value: Value;
  try {
    value = parseJson(text) as Value;
  } catch {
    throw unrecognised(call, `${NO_TYPE} ${jsonProblem(text)}`, body);
  }
  if (value === null) return { document: {}, text };
  if (isMap(value)) return { document: value, text };
  throw unrecognised(
    call,
    `${NO_TYPE} json: cannot unmarshal ${goKind(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    body,
  );
};

/** Whose words go before a decoding error. */
const cannotHandle = (call: Call, kind: string, apiVersion: string, why: string): ApiRefusal => {
  const version = apiVersion.includes("/") ? apiVersion.slice(apiVersion.indexOf("/") + 1) : apiVersion;
  return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${call.kind.kind}: ${why}`);
};

const versionMismatch = (call: Call, apiVersion: string): ApiRefusal =>
  badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(call.kind.group, call.kind.version)})`,
  );

/** Refuses a body that says that it is something else than the endpoint serves. */
const checkKind = (call: Call, document: ValueMap, body: Uint8Array): void => {
  const expected = apiVersionOf(call.kind.group, call.kind.version);
  if (!call.cluster.catalogue.isCustom(call.kind)) {
    const { apiVersion, kind } = claimedType(call, document);
    const problem = kindProblem(call, document);
    if (problem !== undefined) throw cannotHandle(call, kind, apiVersion, problem);
    if (apiVersion !== expected) throw versionMismatch(call, apiVersion);
    return;
  }
  if (typeof document["kind"] !== "string" || document["kind"] === "") {
    throw unrecognised(call, `Object 'Kind' is missing in '${Buffer.from(body).toString("utf8")}'`, body);
  }
  if (document["apiVersion"] !== expected) {
    throw versionMismatch(call, typeof document["apiVersion"] === "string" ? document["apiVersion"] : "");
  }
};

/** Tells unknown and duplicate fields as the client asked: silently, as warnings, or by refusing. */
export const reportStrict = (
  call: Call,
  errors: readonly string[],
  refuse: (text: string) => ApiRefusal,
  options: WriteOptions,
): void => {
  if (errors.length === 0 || options.fieldValidation === "Ignore") return;
  if (options.fieldValidation === "Warn") call.warnings.push(...errors);
  else throw refuse(`strict decoding error: ${errors.join(", ")}`);
};

/** The decoder of built-in kinds does not look into unknown fields, that of custom resources looks everywhere. */
const duplicatesIn = (call: Call, text: string): readonly string[] =>
  call.cluster.catalogue.isCustom(call.kind)
    ? findDuplicateFields(text)
    : findDuplicateFields(text, call.kind.model.type, call.kind.model.table);

/** The body of a create or update, in the version of the endpoint, defaulted. Throws the server's 400, 413 and 415. */
export const decodeBody = (call: Call, options: WriteOptions): LiveObject => {
  const body = limitedBody(call);
  const { model, strategy } = call.kind;
  const { document, text } = parse(call, body);
  const mistyped = typeProblem(document);
  if (mistyped !== undefined) throw unrecognised(call, mistyped, body);
  checkKind(call, document, body);
  const { apiVersion, kind } = claimedType(call, document);
  const duplicates = text === undefined || options.fieldValidation === "Ignore" ? [] : duplicatesIn(call, text);
  try {
    // Custom resources are read by another decoder, which loses empty lists and looks for duplicates first.
    const isCustom = call.cluster.catalogue.isCustom(call.kind);
    const decoded = model.decode({ ...document, apiVersion, kind });
    const { object, strictErrors } = isCustom ? decoded : keepingReset(document, decoded);
    const errors = isCustom ? [...duplicates, ...strictErrors] : [...strictErrors, ...duplicates];
    reportStrict(call, errors, (why) => cannotHandle(call, kind, apiVersion, why), options);
    strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    if (error instanceof DecodeFailed) throw cannotHandle(call, kind, apiVersion, withoutKind(error.message));
    throw error;
  }
};
