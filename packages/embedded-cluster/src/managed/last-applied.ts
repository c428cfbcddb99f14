import { canonicalJson, parseJson } from "@evenkeel/resource";

import { compareValues } from "../fields/compare-values.ts";
import type { FieldSet } from "../fields/field-set.ts";
import { difference } from "../fields/field-set.ts";
import { fieldsOf } from "../fields/fields-of.ts";
import type { LiveObject, Value, ValueMap } from "../json.ts";
import { asJson, copyOf, isMap } from "../json.ts";
import type { MergeSchema } from "./managed-fields.ts";
import { typedObject } from "./typed-object.ts";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const MOST_ANNOTATION_BYTES = 256 * 1024;

const annotationsOf = (object: LiveObject): Readonly<Record<string, Value>> => {
  const annotations = isMap(object.metadata) ? object.metadata["annotations"] : undefined;
  return isMap(annotations) ? annotations : {};
};

/** Text of the annotation; "" for none. */
export const lastAppliedOf = (object: LiveObject): string => {
  const annotation = annotationsOf(object)[LAST_APPLIED];
  return typeof annotation === "string" ? annotation : "";
};

/**
 * What kubectl applied on the client side and is live unchanged: a first server-side apply by kubectl may take these
 * fields without force. `undefined` when there is no such annotation, or none that fits the live object's version.
 */
export const clientSideFields = (live: LiveObject, schema: MergeSchema): FieldSet | undefined => {
  try {
    const applied = parseJson(lastAppliedOf(live)) as Value;
    if (!isMap(applied) || applied["apiVersion"] !== live.apiVersion || applied["kind"] !== live.kind) return undefined;
    const before = typedObject(applied as LiveObject, schema, "refused");
    const after = typedObject(live, schema, "refused");
    const { removed, modified, added } = compareValues(before.value, after.value, before.atom);
    return [modified, added, removed].reduce<FieldSet>(difference, fieldsOf(before.value, before.atom));
  } catch {
    return undefined;
  }
};

/** The JSON of Go's encoder: with a newline, and `<`, `>`, `&` escaped. */
const goJson = (object: Value): string =>
  `${canonicalJson(asJson(object)).replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;

/** Go reads annotations as strings, and null as none. */
const emptyForNull = (annotations: ValueMap): void => {
  for (const [name, value] of Object.entries(annotations)) if (value === null) annotations[name] = "";
};

/** Brings the annotation up to date after kubectl's server-side apply, where the object has one; changes `object` in place. */
export const syncLastApplied = (object: LiveObject, applied: LiveObject): void => {
  if (lastAppliedOf(object) === "") return;
  const bare = copyOf(applied);
  const theirs = isMap(bare.metadata) ? bare.metadata["annotations"] : undefined;
  if (isMap(theirs)) {
    delete theirs[LAST_APPLIED];
    emptyForNull(theirs);
  } else if (theirs !== undefined) delete bare.metadata["annotations"];
  const annotations: ValueMap = { ...annotationsOf(object), [LAST_APPLIED]: goJson(bare) };
  emptyForNull(annotations);
  const bytes = Object.entries(annotations).reduce(
    (sum, [k, v]) => sum + Buffer.byteLength(k) + Buffer.byteLength(typeof v === "string" ? v : ""),
    0,
  );
  if (bytes > MOST_ANNOTATION_BYTES) delete annotations[LAST_APPLIED];
  object.metadata["annotations"] = annotations;
};
