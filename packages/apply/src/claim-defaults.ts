import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

import { isLeaf, isOwnEntry, memberOf, union } from "./fields-v1.ts";
import type { ManagedEntry } from "./fields-v1.ts";

const below = (owners: readonly JsonObject[], member: string): readonly JsonObject[] =>
  owners.map((fields) => fields[member]).filter(isObject);

/** Some member that is desired is another one than is live: what stands beside it may belong to the old one. */
export const changes = (desired: JsonObject, live: JsonObject): boolean =>
  Object.entries(desired).some(([key, value]) => {
    if (value === undefined || value === null) return false;
    const old = live[key];
    return isObject(value) ? old === undefined : !Array.isArray(value) && value !== old;
  });

const inList = (desired: readonly Json[], live: readonly Json[], owners: readonly JsonObject[]): JsonObject => {
  const members = new Set(owners.flatMap((fields) => Object.keys(fields)).filter((key) => key.startsWith("k:")));
  return Object.fromEntries(
    [...members].flatMap((member) => {
      const [wanted, found] = [memberOf(desired, member), memberOf(live, member)];
      if (wanted === undefined || found === undefined) return [];
      const inner = unowned(wanted, found, below(owners, member));
      return isLeaf(inner) ? [] : [[member, inner]];
    }),
  );
};

/** As fieldsV1, the objects in `live` that nobody owns and nobody desires, beside a member that changes. */
const unowned = (desired: Json, live: Json, owners: readonly JsonObject[]): JsonObject => {
  if (owners.some(isLeaf)) return {};
  if (Array.isArray(desired) && Array.isArray(live)) return inList(desired, live, owners);
  if (!isObject(desired) || !isObject(live)) return {};
  const isChanged = changes(desired, live);
  return Object.fromEntries(
    Object.entries(live).flatMap(([key, value]) => {
      const member = `f:${key}`;
      const wanted = desired[key];
      if (value === undefined) return [];
      if (wanted === undefined)
        return isChanged && isObject(value) && below(owners, member).length === 0 ? [[member, {}]] : [];
      const inner = unowned(wanted, value, below(owners, member));
      return isLeaf(inner) ? [] : [[member, inner]];
    }),
  );
};

/** An entry's fields without those that are named; one without members takes all below it. */
const without = (fields: JsonObject, named: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([member, inner]) => {
      const taken = named[member];
      if (!isObject(taken) || member === ".") return [[member, inner]];
      if (isLeaf(taken) || taken["."] !== undefined || !isObject(inner)) return [];
      const rest = without(inner, taken);
      return isLeaf(rest) ? [] : [[member, rest]];
    }),
  );

/** The managedFields of an object in which these fields are ours alone; undefined where we have no entry. */
export const withClaimed = (live: KubeObject, found: JsonObject): readonly ManagedEntry[] | undefined => {
  const entries = live.metadata.managedFields ?? [];
  const own = entries.find(isOwnEntry);
  const fields = own?.["fieldsV1"];
  if (own === undefined || !isObject(fields)) return undefined;
  return entries.flatMap((entry) => {
    if (entry === own) return [{ ...entry, fieldsV1: union(fields, found) }];
    const theirs = entry["fieldsV1"];
    if (!isObject(theirs)) return [entry];
    const rest = without(theirs, found);
    return isLeaf(rest) ? [] : [{ ...entry, fieldsV1: rest }];
  });
};

/**
 * The managedFields under which our next apply drops what the server once filled in for another choice than the one that
 * is desired now (`strategy.rollingUpdate` when `type` becomes Recreate): the fields that nobody owns are claimed first,
 * for an apply takes out only what is ours. Undefined where there is none.
 */
export const claimDefaults = (desired: KubeObject, live: KubeObject): readonly ManagedEntry[] | undefined => {
  const entries = live.metadata.managedFields ?? [];
  const { metadata: _metadata, status: _status, apiVersion: _version, kind: _kind, ...content } = live;
  const owners = entries.map((entry) => entry["fieldsV1"]).filter(isObject);
  const found = unowned(desired as JsonObject, content as JsonObject, owners);
  return isLeaf(found) ? undefined : withClaimed(live, found);
};
