import { type LiveObject, isMap } from "../json.ts";
import { writeJson } from "../store/write-json.ts";
import type { Call } from "./cluster-state.ts";
import { decodeBody } from "./decode-body.ts";
import { track } from "./field-tracking.ts";
import type { AccessQuestion } from "./hooks.ts";
import { wipeSystemFields } from "./object-rules.ts";
import { writeOptions } from "./parameters.ts";
import { invalid } from "./status.ts";
import type { Shown } from "./store-object.ts";

const questionOf = (call: Call, spec: Readonly<Record<string, unknown>>): AccessQuestion => {
  const attributes = (spec["resourceAttributes"] ?? {}) as Readonly<Record<string, unknown>>;
  const text = (field: string): string => (typeof attributes[field] === "string" ? attributes[field] : "");
  const path = spec["nonResourceAttributes"] as Readonly<Record<string, string>> | undefined;
  const asked = {
    user: call.user,
    verb: text("verb"),
    group: text("group"),
    resource: text("resource"),
    subresource: text("subresource"),
    namespace: text("namespace"),
    name: text("name"),
  };
  if (path === undefined) return asked;
  return { ...asked, verb: path["verb"] ?? "", nonResourcePath: path["path"] ?? "" };
};

/** POST of a SelfSubjectAccessReview: answered by the authorizer, kept nowhere. */
export const reviewAccess = (call: Call): Shown => {
  const options = writeOptions(call.query, "CreateOptions");
  const decoded = decodeBody(call, options);
  wipeSystemFields(decoded);
  const object: LiveObject = track(call, undefined, decoded, options.fieldManager);
  const spec = isMap(object["spec"]) ? object["spec"] : {};
  const asks = ["resourceAttributes", "nonResourceAttributes"].filter((field) => isMap(spec[field]));
  if (asks.length !== 1) {
    const field = asks.length === 0 ? "spec.resourceAttributes" : "spec.nonResourceAttributes";
    const badValue = asks.length === 0 ? null : (spec["nonResourceAttributes"] ?? null);
    const detail =
      asks.length === 0
        ? "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        : "cannot be specified in combination with resourceAttributes";
    // The server names no kind here.
    throw invalid(call.kind.group, "", "", [{ type: "FieldValueInvalid", field, badValue, detail }]);
  }
  object["status"] = { allowed: call.cluster.authorize(questionOf(call, spec)) };
  return { json: writeJson(object) };
};
