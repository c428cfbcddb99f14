import { get } from "node:https";
import { json } from "node:stream/consumers";

import { type ControlPlane } from "@evenkeel/testing";

/** What of an OpenAPI v3 schema the table is made from. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly default?: unknown;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
}

export interface DiscoveredResource {
  readonly resource: string;
  readonly responseKind: { readonly kind: string };
  readonly scope: "Namespaced" | "Cluster";
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

export interface DiscoveredGroup {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources: readonly DiscoveredResource[] }[];
}

export type Ask = <T>(path: string, accept?: string) => Promise<T>;

/** GETs JSON as the administrator. */
export const askServer =
  ({ server, caPem, token }: ControlPlane): Ask =>
  <T>(path: string, accept = "application/json"): Promise<T> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, accept };
      get(`${server}${path}`, { ca: caPem, agent: false, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`GET ${path}: ${response.statusCode}`));
        json(response).then((body) => resolve(body as T), reject);
      }).on("error", reject);
    });

/** All schemas of all group documents, by name; where documents differ (DeleteOptions lists its groups), the fields are the same. */
export const readSchemas = async (ask: Ask): Promise<ReadonlyMap<string, Schema>> => {
  const index = await ask<{ paths: Record<string, { serverRelativeURL: string }> }>("/openapi/v3");
  const schemas = new Map<string, Schema>();
  for (const { serverRelativeURL } of Object.values(index.paths)) {
    const document = await ask<{ components?: { schemas?: Record<string, Schema> } }>(serverRelativeURL);
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) schemas.set(name, schema);
  }
  return schemas;
};

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

export const readDiscovery = async (ask: Ask): Promise<readonly DiscoveredGroup[]> => {
  const [core, named] = await Promise.all([
    ask<{ items: readonly DiscoveredGroup[] }>("/api", AGGREGATED),
    ask<{ items: readonly DiscoveredGroup[] }>("/apis", AGGREGATED),
  ]);
  return [...core.items, ...named.items];
};
