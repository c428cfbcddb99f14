import { FIELD_MANAGER, refOf } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import { isApiError } from "./api-error.ts";
import { expectObject } from "./classify-response.ts";
import type { ApiResource } from "./discovery-document.ts";
import { encodeApplyBody } from "./encode-apply-body.ts";
import { protocolError } from "./network-error.ts";
import { collectionPath, objectPath } from "./object-path.ts";
import type { KubeRequest, KubeTransport } from "./transport.ts";

/** Who a call acts as and how long it may take. */
export interface CallOptions {
  readonly impersonate?: string;
  readonly deadlineMs?: number;
  readonly look?: KubeRequest["look"];
  readonly answerMs?: number | undefined;
}

export interface ApplyOptions extends CallOptions {
  /** The body in full: the object as intended, stripped of what the server owns. */
  readonly object: KubeObject;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** `evenkeel` unless a handover says otherwise. */
  readonly manager?: string;
}

/** What the server made of an apply. */
export interface Applied {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** Where one object is. */
export interface ObjectAddress {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly name: string;
}

/** Deletes only this very object in this very state. */
export interface DeletePreconditions {
  readonly uid: string;
  readonly resourceVersion?: string;
}

const describe = (address: ObjectAddress): string =>
  describeRef({
    group: address.resource.group,
    kind: address.resource.kind,
    namespace: address.namespace,
    name: address.name,
  });

/** Whether JSON has the shape every object has. */
export const isKubeObject = (value: Json | undefined): value is KubeObject =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  typeof (value as JsonObject)["apiVersion"] === "string" &&
  typeof (value as JsonObject)["kind"] === "string" &&
  typeof (value as JsonObject)["metadata"] === "object";

const expectKubeObject = (
  subject: string,
  body: JsonObject,
  { resource, namespace, name }: ObjectAddress,
): KubeObject => {
  if (!isKubeObject(body)) throw protocolError(subject, "the answer is not an object of the API");
  const { kind, metadata } = body;
  const isThere = (metadata.namespace ?? "") === (resource.namespaced ? namespace : "");
  if (kind !== resource.kind || metadata.name !== name || !isThere)
    throw protocolError(subject, "the answer is another object than was asked for");
  return body;
};

const callHeaders = (options: CallOptions) => ({
  look: options.look,
  answerMs: options.answerMs,
  ...(options.impersonate === undefined ? {} : { impersonate: options.impersonate }),
  ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
});

/** Server-side apply of one object at the version of its own apiVersion. Throws ApiError or BodyRefused. */
export const applyObject = async (
  transport: KubeTransport,
  resource: ApiResource,
  options: ApplyOptions,
  signal: AbortSignal,
): Promise<Applied> => {
  const ref = refOf(options.object);
  const subject = `${describeRef(ref)} ${options.dryRun ? "dry-run" : "apply"}`;
  const query = new URLSearchParams({
    fieldManager: options.manager ?? FIELD_MANAGER,
    force: String(options.force),
    fieldValidation: "Strict",
    ...(options.dryRun ? { dryRun: "All" } : {}),
  });
  const request = {
    method: "PATCH",
    path: `${objectPath(resource, ref.namespace, ref.name)}?${query.toString()}`,
    headers: { "content-type": "application/apply-patch+yaml" },
    body: encodeApplyBody(options.object),
    ...callHeaders(options),
  } as const;
  const response = await transport.request(request, signal);
  const answer = withoutValues(ref, () => expectObject(subject, "PATCH", response));
  const body = expectKubeObject(subject, answer, { resource, namespace: ref.namespace, name: ref.name });
  return { object: body, created: response.status === 201 };
};

/**
 * Makes an object that must not exist. A dry-run of it under a name that is taken goes through validation and admission as
 * any other, and only then is it AlreadyExists: nothing but the name stands in its way. Throws ApiError or BodyRefused.
 */
export const createObject = async (
  transport: KubeTransport,
  resource: ApiResource,
  options: CallOptions & { readonly object: KubeObject; readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<KubeObject> => {
  const ref = refOf(options.object);
  const subject = `${describeRef(ref)} ${options.dryRun ? "dry-run of its making" : "making"}`;
  const query = new URLSearchParams({
    fieldManager: FIELD_MANAGER,
    fieldValidation: "Strict",
    ...(options.dryRun ? { dryRun: "All" } : {}),
  });
  const request = {
    method: "POST",
    path: `${collectionPath(resource, ref.namespace)}?${query.toString()}`,
    headers: { "content-type": "application/json" },
    body: encodeApplyBody(options.object),
    ...callHeaders(options),
  } as const;
  const response = await transport.request(request, signal);
  const answer = withoutValues(ref, () => expectObject(subject, "POST", response));
  return expectKubeObject(subject, answer, { resource, namespace: ref.namespace, name: ref.name });
};

/** What a server says of a Secret's body may repeat a value: of its words only the fields, and whose they are, stay. */
const withoutValues = <T>(ref: ObjectRef, act: () => T): T => {
  try {
    return act();
  } catch (error) {
    if (ref.group !== "" || ref.kind !== "Secret" || !isApiError(error)) throw error;
    throw error.withoutValues();
  }
};

/** Writes who owns which field of exactly this object in this state, and nothing else. Throws ApiError; STALE if it has changed. */
export const writeManagedFields = async (
  transport: KubeTransport,
  address: ObjectAddress,
  change: { readonly managedFields: readonly JsonObject[]; readonly resourceVersion: string },
  options: CallOptions,
  signal: AbortSignal,
): Promise<KubeObject> => {
  const subject = `${describe(address)} change of owners`;
  const patch: Json = [
    { op: "replace", path: "/metadata/managedFields", value: change.managedFields },
    { op: "replace", path: "/metadata/resourceVersion", value: change.resourceVersion },
  ];
  const request = {
    method: "PATCH",
    path: `${objectPath(address.resource, address.namespace, address.name)}?fieldManager=${FIELD_MANAGER}`,
    headers: { "content-type": "application/json-patch+json" },
    body: Buffer.from(JSON.stringify(patch)),
    ...callHeaders(options),
  } as const;
  return expectKubeObject(subject, expectObject(subject, "PATCH", await transport.request(request, signal)), address);
};

const OF_SERVER: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "status"]);

/**
 * Whether the server would let `live` become what `object` says, all else taken out whoever owns it: a dry-run, by a
 * patch, since who may apply may do that. Throws ApiError; INVALID if it may not.
 */
export const tryWhole = async (
  transport: KubeTransport,
  address: ObjectAddress,
  { live, object }: { readonly live: KubeObject; readonly object: KubeObject },
  options: CallOptions,
  signal: AbortSignal,
): Promise<void> => {
  const subject = `${describe(address)} dry-run of its change as a whole`;
  const pointer = (key: string): string => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const loose = Object.keys(live).filter((key) => !OF_SERVER.has(key) && object[key] === undefined);
  const declared = Object.entries(object).filter(([key]) => !OF_SERVER.has(key));
  const patch = [
    ...loose.map((key) => ({ op: "remove", path: pointer(key) })),
    ...declared.map(([key, value]) => ({ op: "add", path: pointer(key), value })),
  ];
  const request = {
    method: "PATCH",
    path: `${objectPath(address.resource, address.namespace, address.name)}?fieldManager=${FIELD_MANAGER}&dryRun=All`,
    headers: { "content-type": "application/json-patch+json" },
    body: Buffer.from(JSON.stringify(patch)),
    ...callHeaders(options),
  } as const;
  const response = await transport.request(request, signal);
  withoutValues(refOf(live), () => expectObject(subject, "PATCH", response));
};

/** The object as it is, or undefined when the server says that it does not exist. Throws ApiError. */
export const getObject = async (
  transport: KubeTransport,
  address: ObjectAddress,
  options: CallOptions,
  signal: AbortSignal,
): Promise<KubeObject | undefined> => {
  const subject = `${describe(address)} read`;
  const path = objectPath(address.resource, address.namespace, address.name);
  const response = await transport.request({ method: "GET", path, ...callHeaders(options) }, signal);
  try {
    return expectKubeObject(subject, expectObject(subject, "GET", response), address);
  } catch (error) {
    if (isApiError(error, "NOT_FOUND")) return undefined;
    throw error;
  }
};

/**
 * Asks for the deletion of exactly this object; "gone" when it does not exist (a 404 Status, never a plain 404).
 * Throws ApiError; STALE when the preconditions no longer hold.
 */
export const deleteObject = async (
  transport: KubeTransport,
  address: ObjectAddress,
  preconditions: DeletePreconditions,
  options: CallOptions & { readonly propagation?: "Background" | "Foreground" | "Orphan"; readonly dryRun?: boolean },
  signal: AbortSignal,
): Promise<"accepted" | "gone"> => {
  const subject = `${describe(address)} delete`;
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    preconditions: { ...preconditions },
    propagationPolicy: options.propagation ?? "Background",
    ...(options.dryRun === true ? { dryRun: ["All"] } : {}),
  };
  const request = {
    method: "DELETE",
    path: objectPath(address.resource, address.namespace, address.name),
    headers: { "content-type": "application/json" },
    body: encodeApplyBody(body),
    ...callHeaders(options),
  } as const;
  try {
    expectObject(subject, "DELETE", await transport.request(request, signal));
    return "accepted";
  } catch (error) {
    if (isApiError(error, "NOT_FOUND")) return "gone";
    throw error;
  }
};
