import type { LiveObject } from "../json.ts";
import type { Call } from "./cluster-state.ts";
import { checkName, ensureNamespace, expectedNamespace } from "./object-rules.ts";
import { type WriteOptions, writeOptions } from "./parameters.ts";
import { applyToLive } from "./apply-live.ts";
import { patchLive } from "./patch-live.ts";
import { type PatchType, patchType } from "./patch-type.ts";
import { conflict, notFound } from "./status.ts";
import { admitChange } from "./update.ts";
import { type Updated, updateStored } from "./update-stored.ts";
import { textAt } from "../reading.ts";

/** What a patch makes of the live object, up to mutating admission. Throws the server's refusals. */
export const nextByPatch =
  (call: Call, type: PatchType, options: WriteOptions) =>
  (live: LiveObject | undefined): LiveObject => {
    if (live === undefined && type !== "apply") throw notFound(call.resource, call.name);
    const object =
      type === "apply" || live === undefined ? applyToLive(call, live, options) : patchLive(call, type, live, options);
    const uid = textAt(object.metadata, "uid");
    if (live === undefined && uid !== "") {
      throw conflict(
        call.resource,
        call.name,
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      );
    }
    ensureNamespace(object, expectedNamespace(call));
    checkName(object, call.name, expectedNamespace(call));
    admitChange(call, object, live, options);
    return object;
  };

/** PATCH of an object or its status, with any of the four kinds of patch. */
export const patchObject = (call: Call): Updated => {
  const type = patchType(call);
  const options = writeOptions(call.query, "PatchOptions", type === "apply");
  return updateStored(call, {
    name: call.name,
    options,
    forceCreate: type === "apply" && call.subresource === "",
    next: nextByPatch(call, type, options),
  });
};
