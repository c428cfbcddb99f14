import type { Call } from "./cluster-state.ts";
import { ApiRefusal } from "./status.ts";

export type PatchType = "json" | "merge" | "strategic" | "apply";

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ["application/json-patch+json", "json"],
  ["application/merge-patch+json", "merge"],
  ["application/strategic-merge-patch+json", "strategic"],
  ["application/apply-patch+yaml", "apply"],
]);

/** The kind of patch that a content type means. Throws the server's 415. */
export const patchType = (call: Call): PatchType => {
  const header = call.request.headers["content-type"] ?? "";
  const type = PATCH_TYPES.get(header.split(";")[0] ?? "");
  const custom = call.cluster.catalogue.isCustom(call.kind);
  if (type !== undefined && !(custom && type === "strategic")) return type;
  if (!custom) throw new ApiRefusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  throw new ApiRefusal(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
  );
};
