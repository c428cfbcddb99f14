import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import type { ConflictPolicy, DriftPolicy } from "@evenkeel/words";

import { changes, withClaimed } from "./claim-defaults.ts";
import type { DisputedField } from "./decide-conflict.ts";
import { isEarlier, isHeld } from "./earlier-managers.ts";
import { beginsWith, fieldTokens } from "./field-tokens.ts";
import { isLeaf, isOfSubresource, isOwnEntry, memberOf } from "./fields-v1.ts";
import type { ManagedEntry } from "./fields-v1.ts";

/** What stands beside a declared choice, and whom it would be taken from. */
export interface SiblingClaim {
  /** Under which our next apply drops it; undefined where nothing may change hands. */
  readonly managedFields: readonly ManagedEntry[] | undefined;
  /** What others have and keep. */
  readonly kept: readonly DisputedField[];
  /** Plain values that nobody has: an address that was allotted, or a choice whose owner is not known any more. */
  readonly loose: readonly string[];
}

/** Whether what an entry has may be taken: what a person or an earlier engine chose, and by `onConflict: take` everybody's. */
export interface SiblingPolicy {
  readonly drift: DriftPolicy;
  readonly onConflict: ConflictPolicy;
}

interface Owner {
  readonly entry: ManagedEntry;
  readonly fields: JsonObject;
}

interface Search {
  readonly causes: readonly (readonly string[])[];
  readonly policy: SiblingPolicy;
  readonly plain: ReadonlySet<string>;
  readonly kept: DisputedField[];
  readonly loose: string[];
}

const WHOLE: JsonObject = { ".": {} };
/** The server complains of this place, of one around it, or of one at most `depth` below. */
const isNamed = ({ causes }: Search, path: readonly string[], depth: number): boolean =>
  causes.length === 0 ||
  causes.some((cause) => beginsWith(path, cause) || (beginsWith(cause, path) && cause.length <= path.length + depth));

const mayTake = ({ entry }: Owner, { policy }: Search): boolean =>
  isOwnEntry(entry) ||
  (!isOfSubresource(entry) &&
    (policy.onConflict === "take" || (policy.drift === "correct" && (isEarlier(entry) || isHeld(entry)))));

const inside = (owners: readonly Owner[], member: string): readonly Owner[] =>
  owners.flatMap(({ entry, fields }) => {
    const inner = fields[member];
    return isObject(inner) ? [{ entry, fields: inner }] : [];
  });

/** Members of a mapping that are to be other ones than they are. */
const changedIn = (desired: Json | undefined, live: Json | undefined): readonly string[] =>
  isObject(desired)
    ? Object.keys(desired).filter((key) => changes({ [key]: desired[key] }, isObject(live) ? live : {}))
    : [];

const claimMember = (search: Search, path: readonly string[], value: Json, owners: readonly Owner[]): JsonObject => {
  const field = path.join(".");
  // Nobody's: an object was filled in for another choice; a plain value may be an address that was allotted.
  if (owners.length === 0 && !isObject(value)) search.loose.push(field);
  if (owners.length === 0) return isObject(value) || search.plain.has(field) ? WHOLE : {};
  const others = owners.filter((owner) => !mayTake(owner, search));
  search.kept.push(
    ...others.map(({ entry: { manager } }) => ({ field, manager: typeof manager === "string" ? manager : "" })),
  );
  return others.length === 0 ? WHOLE : {};
};

/** A part of the object: what is desired and what is live there, and who has it. */
interface Part<Desired, Live> {
  readonly path: readonly string[];
  readonly desired: Desired;
  readonly live: Live;
  readonly owners: readonly Owner[];
}

const inList = (
  search: Search,
  { path, desired, live, owners }: Part<readonly Json[], readonly Json[]>,
): JsonObject => {
  const members = new Set(owners.flatMap(({ fields }) => Object.keys(fields)).filter((key) => key.startsWith("k:")));
  return Object.fromEntries(
    [...members].flatMap((member) => {
      const [wanted, found] = [memberOf(desired, member), memberOf(live, member)];
      if (wanted === undefined || found === undefined) return [];
      const inner = siblings(search, { path, desired: wanted, live: found, owners: inside(owners, member) });
      return isLeaf(inner) ? [] : [[member, inner]];
    }),
  );
};

/** `names`: what changes in the mappings beside this one: one name may be in one of them only (`data`, `binaryData`). */
const siblings = (
  search: Search,
  { path, desired, live, owners }: Part<Json | undefined, Json>,
  names: ReadonlySet<string> = new Set(),
): JsonObject => {
  if (owners.some(({ fields }) => isLeaf(fields))) return {};
  if (Array.isArray(desired) && Array.isArray(live)) return inList(search, { path, desired, live, owners });
  if (!isObject(live) || (desired !== undefined && !isObject(desired))) return {};
  const wanted = desired ?? {};
  const isChoice = changes(wanted, live) && isNamed(search, path, 1);
  const isBeside = names.size > 0 && isNamed(search, path.slice(0, -1), 2);
  return Object.fromEntries(
    Object.entries(live).flatMap(([key, value]) => {
      if (value === undefined || key === "metadata") return [];
      const [member, at] = [`f:${key}`, [...path, key]];
      const held = inside(owners, member);
      const isLoose = wanted[key] === undefined;
      if (isLoose && (isChoice || (isBeside && names.has(key)))) {
        const claimed = claimMember(search, at, value, held);
        return isLeaf(claimed) ? [] : [[member, claimed]];
      }
      const beside = Object.keys(wanted).filter((other) => other !== key && other !== "metadata");
      const changed = new Set(beside.flatMap((other) => changedIn(wanted[other], live[other])));
      const inner =
        isLoose && changed.size === 0
          ? {}
          : siblings(search, { path: at, desired: wanted[key], live: value, owners: held }, changed);
      return isLeaf(inner) ? [] : [[member, inner]];
    }),
  );
};

/**
 * What stands live beside a choice that Git declares and that is another one now (a probe's `tcpSocket` where Git says
 * `httpGet`): an apply cannot take it out while somebody else owns it, and the server refuses both together. That is no
 * immutable field. Of all that is loose there, only what the server's causes are about is looked at. Of plain values that
 * nobody has only those that `plain` names are dropped.
 */
export const claimSiblings = (
  desired: KubeObject,
  live: KubeObject,
  causes: readonly string[],
  policy: SiblingPolicy,
  plain: readonly string[] = [],
): SiblingClaim => {
  const search: Search = { causes: causes.map(fieldTokens), policy, plain: new Set(plain), kept: [], loose: [] };
  const { metadata: _metadata, status: _status, apiVersion: _version, kind: _kind, ...content } = live;
  const owners = (live.metadata.managedFields ?? []).flatMap((entry) => {
    const fields = entry["fieldsV1"];
    return isObject(fields) ? [{ entry, fields }] : [];
  });
  const found = siblings(search, { path: [], desired: desired as JsonObject, live: content as JsonObject, owners });
  return {
    managedFields: isLeaf(found) ? undefined : withClaimed(live, found),
    kept: search.kept,
    loose: search.loose,
  };
};
