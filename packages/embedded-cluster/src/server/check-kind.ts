import { type ValueMap, isMap } from "../json.ts";
import type { Decoded } from "../kinds/kind-strategy.ts";
import { textAt } from "../reading.ts";
import type { Call } from "./cluster-state.ts";
import { apiVersionOf } from "./versions.ts";

/** What a document says that it is; where a built-in kind's says nothing it is what the endpoint serves. */
export const claimedType = (call: Call, document: ValueMap): { readonly apiVersion: string; readonly kind: string } => {
  const [apiVersion, kind] = [textAt(document, "apiVersion"), textAt(document, "kind")];
  if (call.cluster.catalogue.isCustom(call.kind)) return { apiVersion, kind };
  return { apiVersion: apiVersion || apiVersionOf(call.kind.group, call.kind.version), kind: kind || call.kind.kind };
};

/** Why a document is not what the endpoint serves; undefined when it is. */
export const kindProblem = (call: Call, document: ValueMap): string | undefined => {
  for (const field of ["apiVersion", "kind"] as const)
    if (typeof (document[field] ?? "") !== "string") return `json: cannot unmarshal .${field}: it is no string`;
  const { apiVersion, kind } = claimedType(call, document);
  const expected = apiVersionOf(call.kind.group, call.kind.version);
  if (kind === call.kind.kind && apiVersion === expected) return undefined;
  return `${JSON.stringify(kind)} of ${JSON.stringify(apiVersion)} is not the expected ${call.kind.kind} of ${expected}`;
};

/** An empty list of managedFields asks to forget them; a decoder that drops empty lists must not lose that. */
export const keepingReset = (document: ValueMap, decoded: Decoded): Decoded => {
  const metadata = document["metadata"];
  const asked = isMap(metadata) ? metadata["managedFields"] : undefined;
  if (Array.isArray(asked) && asked.length === 0) decoded.object.metadata["managedFields"] = [];
  return decoded;
};
