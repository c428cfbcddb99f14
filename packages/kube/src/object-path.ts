import type { ApiResource } from "./discovery-document.ts";

/** `/api/v1` or `/apis/GROUP/VERSION`. */
export const groupVersionPath = (resource: Pick<ApiResource, "group" | "version">): string =>
  resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;

/** The collection's path; `namespace` "" means all namespaces (or a cluster-scoped kind). */
export const collectionPath = (resource: ApiResource, namespace: string): string => {
  const inNamespace = resource.namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${groupVersionPath(resource)}${inNamespace}/${resource.plural}`;
};

/** One object's path. Names are encoded, never trusted to be plain. */
export const objectPath = (resource: ApiResource, namespace: string, name: string): string => {
  if (name === "" || name === "." || name === "..")
    throw new RangeError(`${resource.kind} has no name that fits a path`);
  if (resource.namespaced && namespace === "") throw new RangeError(`${resource.kind} ${name} has no namespace`);
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
};
