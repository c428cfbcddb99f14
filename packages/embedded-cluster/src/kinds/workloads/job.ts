import type { LiveObject, ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { countSpecChanges, startGeneration } from "../generation.ts";
import { applyJobSpecDefaults } from "./job-spec-defaults.ts";
import { keepJob } from "./job-update.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";
import { mapAt, mapIn, ensureMap, textAt, numberAt, boolAt, fill } from "../../reading.ts";

const MAX_INT32 = 2 ** 31 - 1;

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  applyJobDefaults(spec);
  const labels = mapIn(spec, "template", "metadata", "labels");
  const own = mapAt(object.metadata, "labels");
  if (labels !== undefined && (own === undefined || Object.keys(own).length === 0)) object.metadata["labels"] = labels; // shared, as in the server: labels generated for the template show here too
  applyJobSpecDefaults(spec);
};

/** A Job without labels has those of its template: the very same, so that what is generated there shows here too. */
const shareLabels = (object: LiveObject): void => {
  const labels = mapIn(object, "spec", "template", "metadata", "labels");
  const own = mapAt(object.metadata, "labels");
  if (labels !== undefined && (own === undefined || Object.keys(own).length === 0)) object.metadata["labels"] = labels;
};

/** What a Job's own spec gets, and a CronJob's template of it does not. */
const applyJobDefaults = (spec: ValueMap): void => {
  if (numberAt(spec, "parallelism") === undefined) fill(spec, "completions", 1);
  fill(spec, "parallelism", 1);
  fill(spec, "backoffLimit", numberAt(spec, "backoffLimitPerIndex") === undefined ? 6 : MAX_INT32);
  fill(spec, "completionMode", "NonIndexed");
  fill(spec, "suspend", false);
  fill(spec, "podReplacementPolicy", mapAt(spec, "podFailurePolicy") === undefined ? "TerminatingOrFailed" : "Failed");
  fill(spec, "manualSelector", false);
};

/** Unless selected by hand, a Job's pods are found by its uid: labels on the template, one of them in the selector. */
const generateSelector = (object: LiveObject): void => {
  const spec = specOf(object);
  if (boolAt(spec, "manualSelector")) return;
  const [name, uid] = [textAt(object.metadata, "name"), textAt(object.metadata, "uid")];
  const labels = ensureMap(ensureMap(ensureMap(spec, "template"), "metadata"), "labels");
  for (const [key, value] of [
    ["job-name", name],
    ["batch.kubernetes.io/job-name", name],
    ["controller-uid", uid],
    ["batch.kubernetes.io/controller-uid", uid],
  ] as const)
    labels[key] ??= value;
  ensureMap(ensureMap(spec, "selector"), "matchLabels")["batch.kubernetes.io/controller-uid"] ??= uid;
};

/** Labels that only reading gives: a template without labels of its own has but the generated ones. */
const hasReadLabels = (object: LiveObject): boolean => {
  const keys = Object.keys(mapAt(object.metadata, "labels") ?? {});
  return keys.length === 4 && keys.every((key) => /(?:^|\/)(?:job-name|controller-uid)$/.test(key));
};

export const jobStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => {
    generateSelector(object);
    shareLabels(object); // the defaults again, as when it is read from the store
    startGeneration(object, {});
  },
  prepareForUpdate: countSpecChanges,
  validateUpdate: keepJob,
  status: statusOnly(),
  resetFields: usualResets,
  storedWithoutDefaults: hasReadLabels,
  defaultPropagation: "orphan",
};
