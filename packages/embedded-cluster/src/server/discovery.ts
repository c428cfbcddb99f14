import { hash } from "node:crypto";

import type { Value, ValueMap } from "../json.ts";
import type { ServedKind } from "../kinds/kind-strategy.ts";
import { writeJson } from "../store/write-json.ts";
import type { Catalogue } from "./catalogue.ts";

const STATUS_VERBS: readonly string[] = ["get", "patch", "update"];

const discoverable = (all: readonly ServedKind[]): readonly ServedKind[] =>
  all.filter((kind) => kind.discoverable !== false);

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const optional = (name: string, values: readonly string[]): ValueMap =>
  values.length === 0 ? {} : { [name]: [...values] };

const hasFinalize = (kind: ServedKind): boolean => kind.group === "" && kind.kind === "Namespace";

const aggregatedResource = (kind: ServedKind): ValueMap => {
  const responseKind = { group: "", version: "", kind: kind.kind };
  const subresources = [...kind.subresources].sort(byName).map((name): Value => ({
    subresource: name,
    responseKind: name === "scale" ? { group: "autoscaling", version: "v1", kind: "Scale" } : responseKind,
    verbs: [...STATUS_VERBS],
  }));
  const finalize: readonly Value[] = hasFinalize(kind)
    ? [{ subresource: "finalize", responseKind, verbs: ["update"] }]
    : [];
  const below = [...finalize, ...subresources];
  return {
    resource: kind.plural,
    responseKind,
    scope: kind.namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: [...kind.verbs],
    ...optional("shortNames", kind.shortNames),
    ...optional("categories", kind.categories),
    ...(below.length === 0 ? {} : { subresources: below }),
  };
};

/** An aggregated document and its ETag. */
export interface AggregatedDiscovery {
  readonly json: string;
  readonly etag: string;
}

/** What clusters that serve the same answer, written once. */
const written = new WeakMap<readonly ServedKind[], Map<string, AggregatedDiscovery>>();

/** The APIGroupDiscoveryList of `/api` (the core group) or `/apis` (all others). */
export const aggregatedDiscovery = (catalogue: Catalogue, root: "/api" | "/apis"): AggregatedDiscovery => {
  const all = catalogue.all();
  const ofAll = written.get(all) ?? new Map<string, AggregatedDiscovery>();
  written.set(all, ofAll);
  const document = ofAll.get(root) ?? writeDiscovery(all, root);
  ofAll.set(root, document);
  return document;
};

const writeDiscovery = (all: readonly ServedKind[], root: "/api" | "/apis"): AggregatedDiscovery => {
  const groups = Map.groupBy(discoverable(all), ({ group }) => group);
  const items = [...groups]
    .filter(([group]) => (group === "") === (root === "/api"))
    .map(([group, all]): ValueMap => ({
      metadata: group === "" ? {} : { name: group },
      versions: [...Map.groupBy(all, ({ version }) => version)].map(([version, kinds]) => ({
        version,
        resources: kinds.toSorted((a, b) => byName(a.plural, b.plural)).map(aggregatedResource),
        freshness: "Current",
      })),
    }));
  const json = writeJson({
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items,
  });
  return { json, etag: `"${hash("sha512", json, "hex").toUpperCase()}"` };
};
