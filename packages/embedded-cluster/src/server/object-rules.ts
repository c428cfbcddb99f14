import { canonicalJson } from "@evenkeel/resource";

import { type LiveObject, type Value, type ValueMap, asJson, isMap } from "../json.ts";
import type { Call } from "./cluster-state.ts";
import { badRequest } from "./status.ts";
import { textAt } from "../reading.ts";
import { sameJson } from "../equal.ts";

/** Sets a field of the metadata, or takes it away when it is to be empty. */
export const setMeta = (object: LiveObject, field: string, value: Value | undefined): void => {
  if (value === undefined || value === "" || value === null) delete object.metadata[field];
  else object.metadata[field] = value;
};

/** What a client may not set on create. */
export const wipeSystemFields = (object: LiveObject): void => {
  for (const field of ["creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"]) {
    delete object.metadata[field];
  }
};

/** Puts the object into the request's namespace. Throws the server's 400 when it says another one. */
export const ensureNamespace = (object: LiveObject, namespace: string): void => {
  const own = textAt(object.metadata, "namespace");
  if (own === namespace) return;
  if (own === "" || namespace === "") setMeta(object, "namespace", namespace);
  else throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
};

/** The namespace that objects of the call must have. */
export const expectedNamespace = (call: Call): string => (call.kind.namespaced ? call.namespace : "");

/** The object must have the name of the URL. Throws the server's 400. */
export const checkName = (object: LiveObject, name: string, namespace: string): void => {
  const own = textAt(object.metadata, "name");
  if (own === "") {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  const ownNamespace = textAt(object.metadata, "namespace");
  if (namespace !== "" && ownNamespace !== "" && ownNamespace !== namespace) {
    throw badRequest(
      `the namespace of the object (${ownNamespace}) does not match the namespace on the request (${namespace})`,
    );
  }
};

const DUPLICATES =
  "API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed:";

/** Takes away owner references that are there twice, with the server's warning. */
export const dedupOwnerReferences = (call: Call, object: LiveObject, afterMutation: boolean): void => {
  const references = object.metadata["ownerReferences"];
  if (!Array.isArray(references) || references.length < 2) return;
  const seen = new Set<string>();
  const doubled: string[] = [];
  const unique = references.filter((reference) => {
    const key = canonicalJson(asJson(reference));
    const isNew = !seen.has(key);
    if (!isNew) doubled.push(isMap(reference) ? textAt(reference, "uid") : "");
    seen.add(key);
    return isNew;
  });
  if (doubled.length === 0) return;
  object.metadata["ownerReferences"] = unique;
  const when = afterMutation ? " after mutating admission happens" : "";
  call.warnings.push(
    `.metadata.ownerReferences contains duplicate entries${when}; ${DUPLICATES} ${doubled.join(", ")}`,
  );
};

/** Whether two objects are the same but for their resourceVersion: such a write is none. */
export const sameObject = (a: LiveObject, b: LiveObject): boolean => {
  const plain = (object: LiveObject): ValueMap => {
    const { resourceVersion: _, selfLink: __, ...metadata } = object.metadata;
    return { ...object, metadata };
  };
  return sameJson(plain(a), plain(b));
};
