import { type Value, type ValueMap, isMap } from "../json.ts";
import { DecodeFailed, type Decoded, type ServedKind } from "../kinds/kind-strategy.ts";
import { jsonTypeOf } from "../schema/explain.ts";
import type { Call } from "./cluster-state.ts";
import { apiVersionOf } from "./versions.ts";

/** A decoding error without the words that name the kind. */
export const withoutKind = (message: string): string =>
  message.replace(/^\w+ in version "[^"]*" cannot be handled as a \w+: /, "");

const textIn = (map: ValueMap, field: string): string => (typeof map[field] === "string" ? map[field] : "");

const internalPackage = (group: string): string => (group === "" ? "core" : (group.split(".")[0] ?? group));

const decodingProblem = (kind: ServedKind, value: Value): string | undefined => {
  try {
    kind.model.decode(value);
    return undefined;
  } catch (error) {
    if (error instanceof DecodeFailed) return withoutKind(error.message);
    throw error;
  }
};

/** Why a document cannot even say what it is; undefined when it can. */
export const typeProblem = (document: ValueMap): string | undefined => {
  for (const field of ["apiVersion", "kind"]) {
    const value = document[field] ?? "";
    if (typeof value !== "string") {
      return `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeOf(value)} into Go struct field .${field} of type string`;
    }
  }
  return undefined;
};

/** What a document says that it is; where it says nothing it is what the endpoint serves. */
export const claimedType = (call: Call, document: ValueMap): { readonly apiVersion: string; readonly kind: string } => {
  const apiVersion = textIn(document, "apiVersion");
  const kind = textIn(document, "kind");
  return {
    apiVersion: apiVersion === "" ? apiVersionOf(call.kind.group, call.kind.version) : apiVersion,
    kind: kind === "" ? call.kind.kind : kind,
  };
};

/** Why a document of another built-in kind or version is not what the endpoint serves; undefined when it is. */
export const kindProblem = (call: Call, document: ValueMap): string | undefined => {
  const { apiVersion, kind } = claimedType(call, document);
  if (kind === call.kind.kind && apiVersion === apiVersionOf(call.kind.group, call.kind.version)) return undefined;
  const known = call.cluster.catalogue
    .all()
    .find((other) => apiVersionOf(other.group, other.version) === apiVersion && other.kind === kind);
  if (known === undefined || call.cluster.catalogue.isCustom(known)) {
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
  }
  if (kind === call.kind.kind) return undefined; // another version of the same kind can be converted
  const version = apiVersion.split("/").at(-1) ?? "";
  return (
    decodingProblem(known, document) ??
    `converting (${version}.${kind}) to (${internalPackage(call.kind.group)}.${call.kind.kind}): unknown conversion`
  );
};

/** An empty list of managedFields asks to forget them; a decoder that drops empty lists must not lose that. */
export const keepingReset = (document: ValueMap, decoded: Decoded): Decoded => {
  const metadata = document["metadata"];
  const asked = isMap(metadata) ? metadata["managedFields"] : undefined;
  if (Array.isArray(asked) && asked.length === 0) decoded.object.metadata["managedFields"] = [];
  return decoded;
};
