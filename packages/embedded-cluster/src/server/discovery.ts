import { hash } from "node:crypto";

import type { Value, ValueMap } from "../json.ts";
import type { ServedKind } from "../kinds/kind-strategy.ts";
import { writeJson } from "../store/write-json.ts";
import type { Catalogue } from "./catalogue.ts";
import { apiVersionOf } from "./versions.ts";

const STATUS_VERBS: readonly string[] = ["get", "patch", "update"];

const discoverable = (catalogue: Catalogue): readonly ServedKind[] =>
  catalogue.all().filter((kind) => kind.discoverable !== false);

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Version {
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly ServedKind[];
}

/** Group versions in the order in which the server would show them. */
const versionsOf = (kinds: readonly ServedKind[]): readonly Version[] => {
  const found = new Map<string, { group: string; version: string; kinds: ServedKind[] }>();
  for (const kind of kinds) {
    const key = apiVersionOf(kind.group, kind.version);
    const known = found.get(key);
    if (known === undefined) found.set(key, { group: kind.group, version: kind.version, kinds: [kind] });
    else known.kinds.push(kind);
  }
  return [...found.values()].map((version) => ({
    ...version,
    kinds: version.kinds.toSorted((a, b) => byName(a.plural, b.plural)),
  }));
};

const groupsOf = (kinds: readonly ServedKind[]): ReadonlyMap<string, readonly Version[]> => {
  const groups = new Map<string, Version[]>();
  for (const version of versionsOf(kinds)) {
    const known = groups.get(version.group);
    if (known === undefined) groups.set(version.group, [version]);
    else known.push(version);
  }
  return groups;
};

const optional = (name: string, values: readonly string[]): ValueMap =>
  values.length === 0 ? {} : { [name]: [...values] };

const hasFinalize = (kind: ServedKind): boolean => kind.group === "" && kind.kind === "Namespace";

/** Tells clients that two group versions show the same stored objects. */
const storageVersionHash = ({ group, kind, storageVersion }: ServedKind): string =>
  hash("sha256", `${group}/${storageVersion}/${kind}`, "buffer").subarray(0, 8).toString("base64");

const legacyResources = (kind: ServedKind): readonly ValueMap[] => {
  const main: ValueMap = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: [...kind.verbs],
    ...optional("shortNames", kind.shortNames),
    ...optional("categories", kind.categories),
    ...(kind.verbs.includes("get") ? { storageVersionHash: storageVersionHash(kind) } : {}),
  };
  const below = { singularName: "", namespaced: kind.namespaced };
  const subresources = kind.subresources.map((name): ValueMap =>
    name === "scale"
      ? {
          name: `${kind.plural}/scale`,
          ...below,
          group: "autoscaling",
          version: "v1",
          kind: "Scale",
          verbs: [...STATUS_VERBS],
        }
      : { name: `${kind.plural}/${name}`, ...below, kind: kind.kind, verbs: [...STATUS_VERBS] },
  );
  const finalize: readonly ValueMap[] = hasFinalize(kind)
    ? [{ name: `${kind.plural}/finalize`, ...below, kind: kind.kind, verbs: ["update"] }]
    : [];
  return [main, ...finalize, ...subresources];
};

/** The APIResourceList of a group version, or undefined when nothing is served there. */
export const resourceList = (catalogue: Catalogue, group: string, version: string): ValueMap | undefined => {
  const found = versionsOf(discoverable(catalogue)).find((each) => each.group === group && each.version === version);
  if (found === undefined) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf(group, version),
    resources: found.kinds.flatMap(legacyResources),
  };
};

const groupDocument = (group: string, versions: readonly Version[]): ValueMap => {
  const all = versions.map(({ version }): ValueMap => ({ groupVersion: apiVersionOf(group, version), version }));
  return { name: group, versions: all, preferredVersion: all[0] ?? null };
};

/** The APIGroup of a named group, or undefined when it is not served. */
export const groupOf = (catalogue: Catalogue, group: string): ValueMap | undefined => {
  const versions = groupsOf(discoverable(catalogue)).get(group);
  if (versions === undefined || group === "") return undefined;
  return { kind: "APIGroup", apiVersion: "v1", ...groupDocument(group, versions) };
};

/** The legacy APIGroupList of `/apis`. */
export const groupList = (catalogue: Catalogue): ValueMap => ({
  kind: "APIGroupList",
  apiVersion: "v1",
  groups: [...groupsOf(discoverable(catalogue))]
    .filter(([group]) => group !== "")
    .map(([group, versions]) => groupDocument(group, versions)),
});

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

/** The APIGroupDiscoveryList of `/api` (the core group) or `/apis` (all others). */
export const aggregatedDiscovery = (catalogue: Catalogue, root: "/api" | "/apis"): AggregatedDiscovery => {
  const items = [...groupsOf(discoverable(catalogue))]
    .filter(([group]) => (group === "") === (root === "/api"))
    .map(([group, versions]): ValueMap => ({
      metadata: group === "" ? {} : { name: group },
      versions: versions.map(({ kinds, version }) => ({
        version,
        resources: kinds.map(aggregatedResource),
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
