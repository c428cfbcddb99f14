import { splitApiVersion } from "./api-version.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ManifestRefusalCode } from "./manifest-refused.ts";
import { isApiVersion, isKind, isNamespaceName, isObjectName } from "./object-name.ts";
import { findEmbedded, isReserved } from "./reserved-metadata.ts";
import type { ValuePath } from "./yaml-path.ts";

/** What is wrong with one object; `path` leads to the field. */
export interface ObjectFault {
  readonly code: ManifestRefusalCode;
  readonly path: ValuePath;
  readonly problem: string;
  readonly remedy: string;
}

const ANNOTATION_BYTES = 256 * 1024;

const invalid = (path: ValuePath, problem: string, remedy: string): ObjectFault => ({
  code: "ObjectInvalid",
  path,
  problem,
  remedy,
});

/** The first fault of a value that should be one Kubernetes object; undefined if it can be one. */
export const findFault = (value: Json): ObjectFault | undefined => {
  if (!isObject(value)) return invalid([], "this is not an object", "write apiVersion, kind and metadata.name");
  const { apiVersion, kind, metadata } = value;
  if (!isText(apiVersion) || !isText(kind)) {
    const field = isText(apiVersion) ? "kind" : "apiVersion";
    return invalid([field], `${field} is missing or no string`, `write ${field}, or exclude the file`);
  }
  if (!isApiVersion(apiVersion)) {
    return invalid(["apiVersion"], "apiVersion is no version of an API", "write VERSION or GROUP/VERSION, as apps/v1");
  }
  if (!isKind(kind)) return invalid(["kind"], "kind is no name of a kind", "write its letters alone, as Deployment");
  if (!isObject(metadata)) return invalid(["metadata"], "metadata is missing", "write metadata.name");
  return (
    findMetadataFault(splitApiVersion(apiVersion).group, kind, metadata) ??
    findSecretFault(value) ??
    findEmbeddedFault(value)
  );
};

const isText = (value: Json | undefined): value is string => typeof value === "string" && value !== "";

const findMetadataFault = (group: string, kind: string, metadata: JsonObject): ObjectFault | undefined => {
  const { name, namespace, generateName, ownerReferences } = metadata;
  if (generateName !== undefined) {
    return invalid(["metadata", "generateName"], "generateName makes a new object each time", "write metadata.name");
  }
  if (!isText(name)) return invalid(["metadata", "name"], "metadata.name is missing or no string", "write it");
  if (!isObjectName(group, kind, name)) {
    const remedy = "use lower-case letters, digits, - and ., at most 253";
    return invalid(["metadata", "name"], `metadata.name "${name.slice(0, 60)}" is not a valid name`, remedy);
  }
  if (namespace !== undefined && namespace !== null && namespace !== "") {
    if (typeof namespace !== "string" || !isNamespaceName(namespace)) {
      return invalid(
        ["metadata", "namespace"],
        "metadata.namespace is not a valid name",
        "use lower-case letters, digits and -",
      );
    }
  }
  if (Array.isArray(ownerReferences) && ownerReferences.length > 0) {
    return invalid(["metadata", "ownerReferences"], "ownerReferences belong to the cluster", "remove them");
  }
  return findTextMapFault(metadata, ["metadata"]);
};

const findTextMapFault = (metadata: JsonObject, at: ValuePath): ObjectFault | undefined => {
  for (const field of ["labels", "annotations"] as const) {
    const map = metadata[field];
    if (map === undefined || map === null) continue;
    if (!isObject(map)) return invalid([...at, field], `${field} is not a map`, "write a map of strings");
    let size = 0;
    for (const [key, text] of Object.entries(map)) {
      if (text !== null && typeof text !== "string") {
        return invalid(
          [...at, field, key],
          `${[...at, field].join(".")}.${key} is not a string`,
          "put the value in quotes",
        );
      }
      if (isReserved(field, key)) return reserved([...at, field, key], key);
      size += key.length + (text?.length ?? 0);
    }
    if (field === "annotations" && size > ANNOTATION_BYTES) {
      const problem = `size of all annotations is ${size}, at most ${ANNOTATION_BYTES}`;
      return { code: "LimitExceeded", path: [...at, field], problem, remedy: "move the data elsewhere" };
    }
  }
  return undefined;
};

const reserved = (path: ValuePath, key: string): ObjectFault => ({
  code: "ReservedMetadata",
  path,
  problem: `${key} is set by Evenkeel alone`,
  remedy: "remove it from the manifest",
});

/** What is made from a template that carried our label would look like an object of ours. */
const findEmbeddedFault = (value: JsonObject): ObjectFault | undefined => {
  const found = findEmbedded(value);
  return found === undefined ? undefined : reserved(found.path, found.key);
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Values are never shown: they are what the object keeps secret. One encrypted by SOPS is checked after decryption. */
const findSecretFault = (value: JsonObject): ObjectFault | undefined => {
  if (value["kind"] !== "Secret" || value["apiVersion"] !== "v1" || isObject(value["sops"])) return undefined;
  const data = value["data"];
  const plain = value["stringData"];
  for (const [field, map] of [
    ["data", data],
    ["stringData", plain],
  ] as const) {
    if (map === undefined || map === null) continue;
    if (!isObject(map)) return invalid([field], `${field} is not a map`, "write a map of strings");
    for (const [key, text] of Object.entries(map)) {
      if (text === null) continue;
      if (typeof text !== "string")
        return invalid([field, key], `${field}.${key} is not a string`, "put the value in quotes");
      if (field === "data" && !BASE64.test(text.replace(/[\r\n]/g, ""))) {
        return invalid([field, key], `${field}.${key} is not base64`, "encode the value, or move it to stringData");
      }
      if (field === "stringData" && isObject(data) && data[key] !== undefined) {
        return invalid([field, key], `${key} is in data and in stringData`, "keep one of the two");
      }
    }
  }
  return undefined;
};
