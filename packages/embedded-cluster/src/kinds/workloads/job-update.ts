import { copyOf } from "../../json.ts";
import type { LiveObject, ValueMap } from "../../json.ts";
import { immutable } from "../keep-fields.ts";
import { printedSelector } from "./selector.ts";
import type { Findings } from "./selector-rules.ts";
import { mapAt, ensureMap, mapsAt, textAt, numberAt, boolAt, isPresent } from "../../reading.ts";

const SCHEDULING = ["nodeSelector", "tolerations", "schedulingGates"];

/** May the template change: a suspended Job that has not started, or has come to rest again. */
const isAtRest = (old: LiveObject): boolean => {
  const status = mapAt(old, "status");
  const resting = mapsAt(status, "conditions").some(
    (condition) => condition["type"] === "Suspended" && condition["status"] === "True",
  );
  return (
    boolAt(mapAt(old, "spec"), "suspend") &&
    (!isPresent(status, "startTime") || resting) &&
    (numberAt(status, "active") ?? 0) === 0
  );
};

const take = (from: ValueMap | undefined, to: ValueMap, key: string): void => {
  const value = from?.[key];
  if (value === undefined) delete to[key];
  else to[key] = copyOf(value);
};

const takeScheduling = (template: ValueMap, before: ValueMap): void => {
  const [spec, podBefore] = [mapAt(template, "spec"), ensureMap(before, "spec")];
  const [affinity, affinityBefore] = [mapAt(spec, "affinity"), mapAt(podBefore, "affinity")];
  if (affinity !== undefined || affinityBefore !== undefined) {
    const kept = ensureMap(podBefore, "affinity");
    take(affinity, kept, "nodeAffinity");
    if (affinity === undefined && Object.keys(kept).length === 0) delete podBefore["affinity"];
  }
  for (const key of SCHEDULING) take(spec, podBefore, key);
  const metadata = mapAt(template, "metadata");
  for (const key of ["labels", "annotations"]) take(metadata, ensureMap(before, "metadata"), key);
};

const takeResources = (spec: ValueMap, before: ValueMap, list: string): void => {
  const [containers, old] = [mapsAt(spec, list), mapsAt(before, list)];
  if (containers.length !== old.length) return;
  for (const [index, container] of old.entries()) {
    const next = containers[index];
    if (textAt(container, "name") === textAt(next, "name")) take(next, container, "resources");
  }
};

/** A Job's template stays as it is, but for scheduling and resources while the Job rests. */
const keepTemplate = (object: LiveObject, old: LiveObject): Findings => {
  const template = mapAt(mapAt(object, "spec"), "template") ?? {};
  const before = copyOf(mapAt(mapAt(old, "spec"), "template") ?? {});
  if (!isAtRest(old)) return immutable(template, before, "spec.template");
  takeScheduling(template, before);
  const whole = immutable(template, before, "spec.template");
  if (whole.length === 0) return [];
  const [podSpec, podBefore] = [mapAt(template, "spec") ?? {}, ensureMap(before, "spec")];
  takeResources(podSpec, podBefore, "containers");
  takeResources(podSpec, podBefore, "initContainers");
  return immutable(podSpec, podBefore, "spec.template.spec");
};

/** What of a Job may not change. Of an indexed one completions may, together with parallelism. */
export const keepJob = (object: LiveObject, old: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec"), mapAt(old, "spec")];
  const keep = (key: string): Findings => immutable(spec?.[key], before?.[key], `spec.${key}`);
  return [
    ...(spec?.["completionMode"] === "Indexed" ? [] : keep("completions")),
    ...immutable(spec?.["selector"], before?.["selector"], "spec.selector", printedSelector(mapAt(spec, "selector"))),
    ...keepTemplate(object, old),
    ...["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"].flatMap(keep),
  ];
};
