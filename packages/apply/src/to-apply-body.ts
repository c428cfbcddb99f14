import { APP_LABEL, OWN_ANNOTATIONS, isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject, ObjectMeta } from "@evenkeel/resource";

import { withProtocols } from "./port-protocols.ts";
import { withoutContracts } from "./server-owned.ts";

/** What is stamped on every object that we send. Kept in its record, so that a dry-run repeats the body byte for byte. */
export interface Stamp {
  readonly appUid: string;
  readonly installation: string;
  readonly seq: string;
  readonly epoch: string;
  /** Where it came from: `<source>@<commit>:<path>`. */
  readonly src: string;
}

const SERVER_OWNED_META = [
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "managedFields",
  "selfLink",
] as const;

/** Copies an object without the members for which `drop` holds. */
const without = (object: JsonObject, drop: (key: string, value: Json | undefined) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key, value]) => !drop(key, value)));

const isEmpty = (value: Json | undefined): boolean =>
  value === null || (isObject(value) && Object.keys(value).length === 0);

/** Templates made by generators carry `creationTimestamp: null`, which the server would have us own. */
const withoutNullTimestamps = (value: Json): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutNullTimestamps);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => !(key === "creationTimestamp" && member === null))
      .map(([key, member]) => [key, member === undefined ? member : withoutNullTimestamps(member)]),
  );
};

/** The server merges stringData into data after field management: only `data` can be watched for drift (D18). */
const withPlainData = (object: JsonObject): JsonObject => {
  const plain = object["stringData"];
  const rest = without(object, (key) => key === "stringData");
  if (!isObject(plain)) return rest;
  const encoded = Object.entries(plain).map(([key, text]) => [
    key,
    Buffer.from(typeof text === "string" ? text : "").toString("base64"),
  ]);
  const data = rest["data"];
  return { ...rest, data: { ...(isObject(data) ? data : {}), ...Object.fromEntries(encoded) } };
};

const isCore = (object: KubeObject, ...kinds: readonly string[]): boolean =>
  object.apiVersion === "v1" && kinds.includes(object.kind);

const metadataOf = (metadata: ObjectMeta, stamp: Stamp): ObjectMeta => {
  const kept = without(metadata, (key) => SERVER_OWNED_META.some((owned) => owned === key));
  return {
    ...kept,
    name: metadata.name,
    labels: { ...metadata.labels, [APP_LABEL]: stamp.appUid },
    annotations: {
      ...metadata.annotations,
      [OWN_ANNOTATIONS.seq]: stamp.seq,
      [OWN_ANNOTATIONS.epoch]: stamp.epoch,
      [OWN_ANNOTATIONS.src]: stamp.src,
      [OWN_ANNOTATIONS.installation]: stamp.installation,
    },
  };
};

/**
 * The body of an apply: the full rendered object without what the server and its controllers own, Secrets as `data`,
 * ports with a protocol, empty granular maps left out, our label and annotations on it. The namespace must be set already.
 */
export const toApplyBody = (given: KubeObject, stamp: Stamp): KubeObject => {
  const object = withoutContracts(given);
  let body: JsonObject = without(object, (key) => key === "status" || key === "metadata");
  if (isCore(object, "Secret")) body = withPlainData(body);
  if (isCore(object, "Secret", "ConfigMap")) body = without(body, (key, value) => key === "data" && isEmpty(value));
  body = withProtocols(object.kind, withoutNullTimestamps(body) as JsonObject);
  return { ...body, apiVersion: object.apiVersion, kind: object.kind, metadata: metadataOf(object.metadata, stamp) };
};
