import type { LiveObject } from "../json.ts";
import type { ServedKind } from "../kinds/kind-strategy.ts";
import { applyIntent, trackUpdate } from "../managed/field-manager.ts";
import type { ApplyOutcome, MergeSchema, Writer } from "../managed/managed-fields.ts";
import { type Call, nowOf } from "./cluster-state.ts";
import { managerOf } from "./parameters.ts";
import { apiVersionOf, toVersion } from "./versions.ts";

/** How objects of the call's kind are merged and owned through its endpoint. */
const mergeSchema = (call: Call): MergeSchema => {
  const versions = call.cluster.catalogue.versionsOf(call.kind.group, call.kind.plural);
  const { resetFields } = call.kind.strategy;
  const find = (apiVersion: string): ServedKind | undefined =>
    [call.kind, ...versions].find((kind) => apiVersionOf(kind.group, kind.version) === apiVersion);
  return {
    typeOf: (apiVersion) => find(apiVersion)?.model,
    convert: (object, apiVersion) => {
      const kind = find(apiVersion);
      return kind === undefined ? object : toVersion(kind, object, kind.version);
    },
    resetFields: (call.subresource === "status" ? resetFields?.status : resetFields?.main) ?? [],
  };
};

const writerOf = (call: Call, fieldManager: string): Writer => ({
  manager: managerOf(fieldManager, call.request.headers["user-agent"] ?? ""),
  apiVersion: apiVersionOf(call.kind.group, call.kind.version),
  kind: call.kind.kind,
  subresource: call.subresource,
  now: nowOf(call.cluster),
});

/** The object with the managedFields that a write other than an apply leaves. */
export const track = (call: Call, live: LiveObject | undefined, next: LiveObject, fieldManager: string): LiveObject =>
  trackUpdate(live, next, writerOf(call, fieldManager), mergeSchema(call));

/** What an apply makes of the live object; still to be decoded and defaulted. */
export const intend = (
  call: Call,
  live: LiveObject | undefined,
  applied: LiveObject,
  options: { readonly fieldManager: string; readonly force: boolean },
): ApplyOutcome => applyIntent(live, applied, writerOf(call, options.fieldManager), options.force, mergeSchema(call));
