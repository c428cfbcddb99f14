import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, isMap } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { readApplyBody } from "../patch/apply-body.ts";
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

/** Go's words for a text that is not JSON. */
export const jsonProblem = (text: string, error: unknown): string => {
  if (text.trim() === "") return "unexpected end of JSON input";
  const message = error instanceof Error ? error.message : "";
  if (message.includes("Unexpected end") || message.includes("Unterminated")) return "unexpected end of JSON input";
  const char = /Unexpected token '(.+?)'/s.exec(message)?.[1];
  return char === undefined
    ? "unexpected end of JSON input"
    : `invalid character '${char}' looking for beginning of value`;
};

const GO_KINDS = (value: Value): string =>
  Array.isArray(value)
    ? "array"
    : typeof value === "bigint"
      ? "number"
      : typeof value === "boolean"
        ? "bool"
        : typeof value;

const parse = (call: Call, body: Uint8Array): { readonly value: Value; readonly text: string | undefined } => {
  if (bodyType(call.request.headers["content-type"]) === "yaml") return { value: readApplyBody(body), text: undefined };
  const text = Buffer.from(body).toString("utf8");
  const unrecognised = (why: string): ApiRefusal =>
    badRequest(
      `the object provided is unrecognized (must be of type ${call.kind.kind}): couldn't get version/kind; json parse error: ${why} (${summary(body)})`,
    );
  let value: Value;
  try {
    value = parseJson(text) as Value;
  } catch (error) {
    throw unrecognised(jsonProblem(text, error));
  }
  if (value !== null && !isMap(value)) {
    throw unrecognised(
      `json: cannot unmarshal ${GO_KINDS(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  return { value: value ?? {}, text };
};

/** Whose words go before a decoding error. */
const cannotHandle = (call: Call, kind: string, apiVersion: string, why: string): ApiRefusal => {
  const version = apiVersion.includes("/") ? apiVersion.slice(apiVersion.indexOf("/") + 1) : apiVersion;
  return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${call.kind.kind}: ${why}`);
};

const internalPackage = (group: string): string => (group === "" ? "core" : (group.split(".")[0] ?? group));

/** Refuses a body that says that it is something else than the endpoint serves. */
const checkKind = (call: Call, apiVersion: string, kind: string): void => {
  const { catalogue } = call.cluster;
  const expected = apiVersionOf(call.kind.group, call.kind.version);
  if (apiVersion === expected && kind === call.kind.kind) return;
  const known = catalogue
    .all()
    .some((other) => apiVersionOf(other.group, other.version) === apiVersion && other.kind === kind);
  if (catalogue.isCustom(call.kind)) {
    if (kind === call.kind.kind && apiVersion.startsWith(`${call.kind.group}/`)) {
      throw badRequest(
        `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
      );
    }
    throw cannotHandle(
      call,
      kind,
      apiVersion,
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/apiserver/customresource_handler.go:1299"`,
    );
  }
  if (!known) {
    throw cannotHandle(
      call,
      kind,
      apiVersion,
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  if (kind === call.kind.kind) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  const version = apiVersion.split("/").at(-1) ?? "";
  throw cannotHandle(
    call,
    kind,
    apiVersion,
    `converting (${version}.${kind}) to (${internalPackage(call.kind.group)}.${call.kind.kind}): unknown conversion`,
  );
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

/** A value as an object of the call's kind, with the server's defaults. Throws the server's 400. */
export const decodeValue = (
  call: Call,
  value: Value,
  duplicates: readonly string[],
  options: WriteOptions,
): LiveObject => {
  const map = isMap(value) ? value : {};
  const expected = apiVersionOf(call.kind.group, call.kind.version);
  const apiVersion = typeof map["apiVersion"] === "string" && map["apiVersion"] !== "" ? map["apiVersion"] : expected;
  const kind = typeof map["kind"] === "string" && map["kind"] !== "" ? map["kind"] : call.kind.kind;
  checkKind(call, apiVersion, kind);
  try {
    const { object, strictErrors } = call.kind.model.decode({ ...map, apiVersion, kind });
    const errors = [...strictErrors, ...duplicates];
    reportStrict(call, errors, (text) => cannotHandle(call, kind, apiVersion, text), options);
    call.kind.strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    if (error instanceof DecodeFailed) throw badRequest(error.message);
    throw error;
  }
};

/** The body of a create or update, in the version of the endpoint. Throws the server's 400, 413 and 415. */
export const decodeBody = (call: Call, options: WriteOptions): LiveObject => {
  const body = limitedBody(call);
  const { value, text } = parse(call, body);
  const duplicates =
    text === undefined || options.fieldValidation === "Ignore"
      ? []
      : findDuplicateFields(text, call.kind.model.type, call.kind.model.table);
  return decodeValue(call, value, duplicates, options);
};
