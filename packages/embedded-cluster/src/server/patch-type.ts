import type { Call } from "./cluster-state.ts";
import { unsupportedMediaType } from "./media-types.ts";

export type PatchType = "json" | "merge" | "strategic" | "apply";

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ["application/json-patch+json", "json"],
  ["application/merge-patch+json", "merge"],
  ["application/strategic-merge-patch+json", "strategic"],
  ["application/apply-patch+yaml", "apply"],
]);

/** The kind of patch that a content type means. Throws the server's 415. */
export const patchType = (call: Call): PatchType => {
  const type = PATCH_TYPES.get((call.request.headers["content-type"] ?? "").split(";")[0] ?? "");
  if (type === undefined || (type === "strategic" && call.cluster.catalogue.isCustom(call.kind)))
    throw unsupportedMediaType();
  return type;
};
