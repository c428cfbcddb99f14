import { type LiveObject, isMap } from "../json.ts";
import { writeJson } from "../store/write-json.ts";
import { beforeCreate } from "./before-write.ts";
import type { Call } from "./cluster-state.ts";
import { decodeBody } from "./decode-body.ts";
import { track } from "./field-tracking.ts";
import type { AccessQuestion } from "./hooks.ts";
import { textOf, wipeSystemFields } from "./object-rules.ts";
import { writeOptions } from "./parameters.ts";
import type { Shown } from "./store-object.ts";

const questionOf = (call: Call, spec: Readonly<Record<string, unknown>>): AccessQuestion => {
  const attributes = (spec["resourceAttributes"] ?? {}) as Readonly<Record<string, unknown>>;
  const text = (field: string): string => (typeof attributes[field] === "string" ? attributes[field] : "");
  const path = spec["nonResourceAttributes"] as Readonly<Record<string, unknown>> | undefined;
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
  return { ...asked, verb: String(path["verb"] ?? ""), nonResourcePath: String(path["path"] ?? "") };
};

/** POST of a SelfSubjectAccessReview: answered by the authorizer, kept nowhere. */
export const reviewAccess = (call: Call): Shown => {
  const options = writeOptions(call.query, "CreateOptions");
  const decoded = decodeBody(call, options);
  wipeSystemFields(decoded);
  const object: LiveObject = track(call, undefined, decoded, options.fieldManager);
  const named = textOf(object.metadata["name"]) !== "";
  if (!named) object.metadata["name"] = "review"; // a review has no name; metadata is checked as everywhere
  beforeCreate(call, object);
  if (!named) delete object.metadata["name"];
  const spec = isMap(object["spec"]) ? object["spec"] : {};
  object["status"] = { allowed: call.cluster.authorize(questionOf(call, spec)) };
  return { json: writeJson(object) };
};
