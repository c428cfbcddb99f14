import { FIELD_MANAGER, canonicalJson } from "@evenkeel/resource";
import type { Json, KubeObject } from "@evenkeel/resource";

/** One entry of managedFields, as far as drift reads it. */
export interface ManagedEntry {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly time: string;
  readonly subresource: string;
  readonly fieldsV1: Json;
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** Every managedFields entry of an object. */
export const entriesOf = (object: KubeObject): readonly ManagedEntry[] =>
  (object.metadata.managedFields ?? []).map((entry) => ({
    manager: text(entry["manager"]),
    operation: text(entry["operation"]),
    apiVersion: text(entry["apiVersion"]),
    time: text(entry["time"]),
    subresource: text(entry["subresource"]),
    fieldsV1: entry["fieldsV1"] ?? {},
  }));

/** Whether this entry is what our applies own. */
export const isOwnEntry = (entry: ManagedEntry): boolean =>
  entry.manager === FIELD_MANAGER && entry.operation === "Apply" && entry.subresource === "";

/** Our Apply entry, or undefined when there is none. */
export const ownEntry = (object: KubeObject): ManagedEntry | undefined => entriesOf(object).find(isOwnEntry);

/** What the ownership test compares: version and fields, not the time. */
export const ownershipText = (entry: ManagedEntry): string => `${entry.apiVersion} ${canonicalJson(entry.fieldsV1)}`;
