import { sample, sampleTable } from "../fields/types.fixture.ts";
import type { LiveObject, Value, ValueMap } from "../json.ts";
import type { StructNode } from "../schema/type-node.ts";
import { applyIntent, trackUpdate } from "./field-manager.ts";
import type { ApplyOutcome, MergeSchema, Writer } from "./managed-fields.ts";

const builtin: StructNode = { ...sample, isGoStruct: true };

/** For tests: the sample type as a built-in kind in v1 and v2, where v2 calls `replicas` by the name `count`. */
export const sampleSchema: MergeSchema = {
  typeOf: (apiVersion) => {
    if (apiVersion === "e.io/v1") return { type: builtin, table: sampleTable };
    return apiVersion === "e.io/v2" ? { type: inV2, table: sampleTable } : undefined;
  },
  convert: (object, apiVersion) => {
    const { replicas, count, ...rest } = object as ValueMap;
    const value = replicas ?? count;
    const named = value === undefined ? {} : apiVersion === "e.io/v2" ? { count: value } : { replicas: value };
    return { ...rest, ...named, apiVersion } as LiveObject;
  },
  resetFields: [],
};

const { replicas, ...others } = builtin.fields;
const inV2: StructNode = { ...builtin, fields: { ...others, count: replicas as NonNullable<typeof replicas> } };

export const body = (fields: ValueMap = {}, metadata: ValueMap = {}): LiveObject => ({
  apiVersion: "e.io/v1",
  kind: "Sample",
  metadata: { name: "x", namespace: "default", ...metadata },
  ...fields,
});

/** The hour stands for the order of writes. */
export const writer = (manager: string, hour = 1, rest: Partial<Writer> = {}): Writer => ({
  manager,
  apiVersion: "e.io/v1",
  subresource: "",
  now: `2026-01-01T${String(hour).padStart(2, "0")}:00:00Z`,
  ...rest,
});

export const applied = (
  live: LiveObject | undefined,
  by: Writer,
  fields: ValueMap,
  options: { readonly force?: boolean; readonly metadata?: ValueMap; readonly schema?: MergeSchema } = {},
): ApplyOutcome => {
  const intent: LiveObject = { ...body(fields, options.metadata), apiVersion: by.apiVersion };
  return applyIntent(live, intent, by, options.force ?? false, options.schema ?? sampleSchema);
};

/** As stored: with a uid. Throws what was refused. */
export const merged = (...of: Parameters<typeof applied>): LiveObject => {
  const outcome = applied(...of);
  if (outcome.kind !== "merged") throw new Error(JSON.stringify(outcome));
  return { ...outcome.object, metadata: { uid: "u", ...outcome.object.metadata } };
};

export const updated = (
  live: LiveObject | undefined,
  by: Writer,
  fields: ValueMap,
  metadata: ValueMap = {},
): LiveObject => {
  const next =
    live === undefined ? body(fields, metadata) : { ...live, ...fields, metadata: { ...live.metadata, ...metadata } };
  const tracked = trackUpdate(live, next, by, sampleSchema);
  return { ...tracked, metadata: { uid: "u", ...tracked.metadata } };
};

/** Who owns what: `["ann Apply 01", fieldsV1]`. */
export const owners = (object: LiveObject): [string, Value][] =>
  ((object.metadata["managedFields"] ?? []) as ValueMap[]).map((entry) => {
    const time = entry["time"] as string | undefined;
    const parts = [entry["manager"], entry["operation"], time?.slice(11, 13), entry["subresource"]] as (
      | string
      | undefined
    )[];
    return [parts.filter((part) => part !== undefined).join(" "), entry["fieldsV1"] as Value];
  });
