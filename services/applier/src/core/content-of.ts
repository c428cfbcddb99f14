import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject, ObjectMeta } from "@evenkeel/resource";

const without = (value: Json | undefined, ...keys: readonly string[]): JsonObject =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) : {};

const OF_JOB = ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];

/** A Job is tied to its pods by its own uid, which a new one does not have. */
const freeJob = (job: KubeObject): KubeObject => {
  const spec = isObject(job["spec"]) ? job["spec"] : {};
  if (spec["manualSelector"] === true) return job;
  const template = isObject(spec["template"]) ? spec["template"] : {};
  const metadata = isObject(template["metadata"]) ? template["metadata"] : {};
  const labels = without(metadata["labels"], ...OF_JOB);
  return {
    ...job,
    spec: { ...without(spec, "selector"), template: { ...template, metadata: { ...metadata, labels } } },
  };
};

const FREED: Readonly<Record<string, (object: KubeObject) => KubeObject>> = { "batch/v1/Job": freeJob };

/** What a new object may be made of, to be as one that is gone: without what the server gives each of them. */
export const contentOf = (live: KubeObject): KubeObject => {
  const { status: _status, ...content } = live;
  const { name, namespace, labels, annotations, ...rest } = live.metadata as ObjectMeta &
    Readonly<Record<string, Json>>;
  const metadata = {
    name,
    namespace,
    labels,
    annotations,
    finalizers: rest["finalizers"],
    ownerReferences: rest["ownerReferences"],
  };
  const given = Object.entries(metadata).filter(([, value]) => value !== undefined);
  const made = { ...content, metadata: Object.fromEntries(given) } as KubeObject;
  const kind = `${live.apiVersion}/${live.kind}`;
  return (Object.hasOwn(FREED, kind) ? FREED[kind] : undefined)?.(made) ?? made;
};
