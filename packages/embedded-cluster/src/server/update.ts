import type { LiveObject } from "../json.ts";
import { copyOf } from "../json.ts";
import { checkNamespace, runMutating } from "./admission.ts";
import type { Call } from "./cluster-state.ts";
import { decodeBody } from "./decode-body.ts";
import { track } from "./field-tracking.ts";
import { checkName, dedupOwnerReferences, ensureNamespace, expectedNamespace } from "./object-rules.ts";
import { type WriteOptions, writeOptions } from "./parameters.ts";
import { type Updated, updateStored } from "./update-stored.ts";
import { toStorage } from "./versions.ts";
import { textAt } from "../reading.ts";

/** What mutating admission does to an object that is to replace `live` (or to be new). */
export const admitChange = (
  call: Call,
  object: LiveObject,
  live: LiveObject | undefined,
  options: WriteOptions,
): void => {
  const operation = live === undefined ? "CREATE" : "UPDATE";
  checkNamespace(call, operation, call.name);
  runMutating(call, { operation, object, old: live, options });
  dedupOwnerReferences(call, object, true);
};

/** A body that is to replace an object, and what then becomes of the live one, up to mutating admission. */
export interface Replacement {
  readonly uid: string;
  readonly next: (live: LiveObject | undefined) => LiveObject;
}

/** Reads the body of a PUT. Throws the server's refusals. */
export const replacementIn = (call: Call, options: WriteOptions): Replacement => {
  const body = toStorage(call.kind, decodeBody(call, options));
  ensureNamespace(body, expectedNamespace(call));
  checkName(body, call.name, expectedNamespace(call));
  dedupOwnerReferences(call, body, false);
  return {
    uid: textAt(body.metadata, "uid"),
    next: (live) => {
      const object = track(call, live, copyOf(body), options.fieldManager);
      admitChange(call, object, live, options);
      return object;
    },
  };
};

/** PUT of an object or its status. */
export const replaceObject = (call: Call): Updated => {
  const options = writeOptions(call.query, "UpdateOptions");
  const { next, uid } = replacementIn(call, options);
  return updateStored(call, { name: call.name, options, forceCreate: false, uid, next });
};
