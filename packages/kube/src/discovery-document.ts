import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

import { protocolError } from "./network-error.ts";

/** One kind at one served version, and how to reach it. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The name in the path: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: ReadonlySet<string>;
  readonly subresources: ReadonlySet<string>;
}

/** What one discovery document says: versions in the order the server prefers, groups that could not be asked. */
export interface DiscoveryDocument {
  readonly resources: readonly ApiResource[];
  readonly partialGroups: ReadonlySet<string>;
}

const objects = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const strings = (value: Json | undefined): ReadonlySet<string> =>
  new Set(Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === "string") : []);

const aggregatedResource = (group: string, version: string, item: JsonObject): ApiResource => {
  const kind = isObject(item["responseKind"]) ? text(item["responseKind"]["kind"]) : "";
  return {
    group,
    version,
    kind,
    plural: text(item["resource"]),
    namespaced: item["scope"] === "Namespaced",
    verbs: strings(item["verbs"]),
    subresources: new Set(objects(item["subresources"]).map((sub) => text(sub["subresource"]))),
  };
};

/** Reads an APIGroupDiscoveryList, v2 or v2beta1; undefined when the document is another one. */
export const parseAggregated = (document: JsonObject): DiscoveryDocument | undefined => {
  if (document["kind"] !== "APIGroupDiscoveryList") return undefined;
  if (!Array.isArray(document["items"])) throw protocolError("discovery", "a list of API groups without items");
  const resources: ApiResource[] = [];
  const partialGroups = new Set<string>();
  for (const item of objects(document["items"])) {
    const group = isObject(item["metadata"]) ? text(item["metadata"]["name"]) : "";
    for (const version of objects(item["versions"])) {
      if (version["freshness"] === "Stale") partialGroups.add(group);
      for (const resource of objects(version["resources"])) {
        resources.push(aggregatedResource(group, text(version["version"]), resource));
      }
    }
  }
  return { resources: resources.filter((resource) => resource.kind !== ""), partialGroups };
};

/** Reads one legacy APIResourceList of a group version. */
export const parseResourceList = (group: string, version: string, list: JsonObject): readonly ApiResource[] => {
  if (list["kind"] !== "APIResourceList" || !Array.isArray(list["resources"]))
    throw protocolError("discovery", "what a version serves is no APIResourceList");
  const items = objects(list["resources"]);
  return items
    .filter((item) => !text(item["name"]).includes("/") && text(item["kind"]) !== "")
    .map((item) => ({
      group,
      version,
      kind: text(item["kind"]),
      plural: text(item["name"]),
      namespaced: item["namespaced"] === true,
      verbs: strings(item["verbs"]),
      subresources: new Set(
        items
          .map((other) => text(other["name"]).split("/"))
          .flatMap(([plural, sub]) => (plural === item["name"] && sub !== undefined ? [sub] : [])),
      ),
    }));
};

const groupsOf = (document: JsonObject): readonly JsonObject[] => {
  if (document["kind"] === "APIGroupList" && Array.isArray(document["groups"])) return objects(document["groups"]);
  throw protocolError("discovery", "the answer is no list of API groups");
};

/** Reads the legacy `/apis` list: each group with its versions, the preferred one first. */
export const parseGroupList = (
  document: JsonObject,
): readonly { readonly group: string; readonly versions: readonly string[] }[] =>
  groupsOf(document).map((group) => {
    const preferred = isObject(group["preferredVersion"]) ? text(group["preferredVersion"]["version"]) : "";
    const versions = objects(group["versions"]).map((version) => text(version["version"]));
    return { group: text(group["name"]), versions: [preferred, ...versions.filter((v) => v !== preferred)] };
  });
