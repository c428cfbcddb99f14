import type { ValueMap } from "../json.ts";
import type { ServedKind } from "../kinds/kind-strategy.ts";
import type { Catalogue } from "./catalogue.ts";
import { apiVersionOf } from "./versions.ts";

// Paths only, no schemas: enough for kubectl, which looks here whether the server itself checks fields. `kubectl explain` finds nothing.

const folderOf = (kind: ServedKind): string =>
  kind.group === "" ? `api/${kind.version}` : `apis/${apiVersionOf(kind.group, kind.version)}`;

const pathOf = (kind: ServedKind): string =>
  `/${folderOf(kind)}/${kind.namespaced ? "namespaces/{namespace}/" : ""}${kind.plural}/{name}`;

const query = (name: string): ValueMap => ({ name, in: "query", schema: { type: "string", uniqueItems: true } });

const pathItem = (kind: ServedKind): ValueMap => ({
  patch: {
    parameters: ["dryRun", "fieldManager", "fieldValidation"].map(query),
    responses: {},
    "x-kubernetes-action": "patch",
    "x-kubernetes-group-version-kind": { group: kind.group, version: kind.version, kind: kind.kind },
  },
});

/** The index of `/openapi/v3`. */
export const openapiIndex = (catalogue: Catalogue): ValueMap => ({
  paths: Object.fromEntries(
    [...new Set(catalogue.all().map(folderOf))].map((folder) => [
      folder,
      { serverRelativeURL: `/openapi/v3/${folder}` },
    ]),
  ),
});

/** The document of one group version (`apis/apps/v1`), or undefined. */
export const openapiDocument = (catalogue: Catalogue, folder: string): ValueMap | undefined => {
  const kinds = catalogue.all().filter((kind) => folderOf(kind) === folder);
  if (kinds.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes, embedded", version: "v1.36.4" },
    paths: Object.fromEntries(kinds.map((kind) => [pathOf(kind), pathItem(kind)])),
  };
};
