import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, type ValueMap, isMap } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { readApplyBody } from "../patch/apply-body.ts";
import { claimedType, keepingReset, kindProblem } from "./check-kind.ts";
import type { Call } from "./cluster-state.ts";
import { bodyType } from "./media-types.ts";
import type { WriteOptions } from "./parameters.ts";
import { type ApiRefusal, badRequest, tooLarge } from "./status.ts";

const MAX_BODY = 3 * 1024 * 1024;

/** The bytes of a body. Throws the server's 413. */
export const limitedBody = (call: Call): Uint8Array => {
  const { body } = call.request;
  if (body.length > MAX_BODY) throw tooLarge(`limit is ${MAX_BODY}`);
  return body;
};

/** The body as JSON. Throws the server's 400. */
export const jsonIn = (call: Call): Value => {
  try {
    return parseJson(Buffer.from(limitedBody(call)).toString("utf8")) as Value;
  } catch (error) {
    throw badRequest(`the body is no JSON: ${(error as Error).message}`);
  }
};

/** The body as the map that it has to be, in JSON or YAML as the client says. */
export const mapIn = (call: Call): ValueMap => {
  if (bodyType(call.request.headers["content-type"]) === "yaml") return readApplyBody(limitedBody(call));
  const value = jsonIn(call) ?? {};
  if (isMap(value)) return value;
  throw badRequest("cannot unmarshal the body: it is no object");
};

/** Tells unknown fields as the client asked: silently, as warnings, or by refusing. */
export const reportStrict = (
  call: Call,
  errors: readonly string[],
  options: WriteOptions,
  refuse: (text: string) => ApiRefusal,
): void => {
  if (errors.length === 0 || options.fieldValidation === "Ignore") return;
  if (options.fieldValidation === "Warn") call.warnings.push(...errors);
  else throw refuse(`strict decoding error: ${errors.join(", ")}`);
};

/** A document as an object of the endpoint's version, defaulted; `refuse` is how the server tells what is wrong with it. */
export const decodeDocument = (
  call: Call,
  document: ValueMap,
  options: WriteOptions,
  refuse: (why: string) => ApiRefusal,
): LiveObject => {
  const problem = kindProblem(call, document);
  if (problem !== undefined) throw refuse(problem);
  const { model, strategy } = call.kind;
  try {
    const decoded = model.decode({ ...document, ...claimedType(call, document) });
    // Custom resources are read by another decoder, which loses empty lists.
    const isCustom = call.cluster.catalogue.isCustom(call.kind);
    const { object, strictErrors } = isCustom ? decoded : keepingReset(document, decoded);
    reportStrict(call, strictErrors, options, refuse);
    strategy.applyDefaults?.(object);
    return object;
  } catch (error) {
    if (error instanceof DecodeFailed) throw refuse(error.message);
    throw error;
  }
};

/** The body of a create or update, in the version of the endpoint, defaulted. Throws the server's 400, 413 and 415. */
export const decodeBody = (call: Call, options: WriteOptions): LiveObject =>
  decodeDocument(call, mapIn(call), options, badRequest);
