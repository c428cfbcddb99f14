import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { isObject, splitApiVersion } from "@evenkeel/resource";

import type { ConfigDocument } from "./kustomization.ts";

/** Where kustomize puts `commonAnnotations` besides `metadata.annotations`; without a group: any group. */
const TEMPLATES: readonly {
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly path: string;
}[] = [
  { version: "v1", kind: "ReplicationController", path: "spec.template.metadata" },
  { kind: "Deployment", path: "spec.template.metadata" },
  { kind: "ReplicaSet", path: "spec.template.metadata" },
  { kind: "DaemonSet", path: "spec.template.metadata" },
  { kind: "StatefulSet", path: "spec.template.metadata" },
  { group: "batch", kind: "Job", path: "spec.template.metadata" },
  { group: "batch", kind: "CronJob", path: "spec.jobTemplate.metadata" },
  { group: "batch", kind: "CronJob", path: "spec.jobTemplate.spec.template.metadata" },
];

type Annotations = { readonly [key: string]: string };

/** What the API server takes as annotations of one object, names and texts together. */
const LARGEST = 256 * 1024;

export const bytesOf = (annotations: { readonly [key: string]: Json | undefined }): number =>
  Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + (typeof value === "string" ? Buffer.byteLength(value) : 0),
    0,
  );

/** Throws `LimitExceeded` for annotations that no object can have, before they are copied to all. */
export const refuseLargeAnnotations = (document: ConfigDocument): void => {
  const annotations = document.value["commonAnnotations"];
  const bytes = isObject(annotations) ? bytesOf(annotations) : 0;
  if (bytes <= LARGEST) return;
  const problem = `commonAnnotations have ${bytes} bytes; an object may have ${LARGEST}`;
  throw document.refuse("LimitExceeded", ["commonAnnotations"], problem, "shorten them");
};

/**
 * The object with these annotations where kustomize puts them; undefined where it would do more than set them (the way
 * to a template is not there, or holds something that is no map).
 */
export const withAnnotations = (object: KubeObject, annotations: Annotations): KubeObject | undefined => {
  const { group, version } = splitApiVersion(object.apiVersion);
  let result = annotate(object, ["metadata"], annotations);
  for (const at of TEMPLATES) {
    if (at.kind !== object.kind || (at.group ?? group) !== group || (at.version ?? version) !== version) continue;
    result = result && annotate(result, at.path.split("."), annotations);
  }
  return result as KubeObject | undefined;
};

/** Sets annotations of the metadata at `path`; only the metadata itself may be missing. */
const annotate = (owner: JsonObject, path: readonly string[], annotations: Annotations): JsonObject | undefined => {
  const [step = "", ...rest] = path;
  const member: Json | undefined = owner[step];
  if (rest.length > 0) {
    const inner = isObject(member) ? annotate(member, rest, annotations) : undefined;
    return inner === undefined ? undefined : { ...owner, [step]: inner };
  }
  if (member !== undefined && !isObject(member)) return undefined;
  const before = member?.["annotations"];
  if (before !== undefined && !isObject(before)) return undefined;
  return { ...owner, [step]: { ...member, annotations: { ...before, ...annotations } } };
};
