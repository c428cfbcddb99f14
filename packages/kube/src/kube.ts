import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import { splitApiVersion } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import { ApiError } from "./api-error.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { uidOf } from "./cluster-uid.ts";
import type { ApiResource } from "./discovery-document.ts";
import { discover } from "./discovery.ts";
import type { Discovery } from "./discovery.ts";
import { openTransport } from "./http2-transport.ts";
import type { TransportOptions } from "./http2-transport.ts";
import { listAll } from "./list-all.ts";
import type { Listed } from "./list-all.ts";
import { applyObject, createObject, deleteObject, getObject, tryWhole, writeManagedFields } from "./object-calls.ts";
import type { Applied, ApplyOptions, CallOptions, DeletePreconditions } from "./object-calls.ts";
import type { KubeRequest, KubeTransport } from "./transport.ts";
import { WHO } from "./who-is-asked.ts";

type DeleteOptions = Parameters<typeof deleteObject>[3];

/** One cluster: its transport, what it serves, and the calls by ref. All throw ApiError; KIND_UNKNOWN without a call. */
export interface Kube extends AsyncDisposable {
  readonly transport: KubeTransport;
  readonly discovery: Discovery;
  /** The kind as served, asking again for an unknown one; a version that is not served is KIND_UNKNOWN. */
  resourceOf(
    kind: { readonly group: string; readonly kind: string; readonly version?: string },
    signal: AbortSignal,
  ): Promise<ApiResource>;
  serverSideApply(options: ApplyOptions, signal: AbortSignal): Promise<Applied>;
  createObject(options: Parameters<typeof createObject>[2], signal: AbortSignal): Promise<KubeObject>;
  getObject(ref: ObjectRef, options: CallOptions, signal: AbortSignal): Promise<KubeObject | undefined>;
  writeManagedFields(
    ref: ObjectRef,
    change: Parameters<typeof writeManagedFields>[2],
    options: CallOptions,
    signal: AbortSignal,
  ): Promise<KubeObject>;
  tryWhole(change: Parameters<typeof tryWhole>[2], options: CallOptions, signal: AbortSignal): Promise<void>;
  deleteObject(
    ref: ObjectRef,
    preconditions: DeletePreconditions,
    options: DeleteOptions,
    signal: AbortSignal,
  ): Promise<"accepted" | "gone">;
  listAll(
    kind: { readonly group: string; readonly kind: string },
    options: { readonly namespace?: string; readonly labelSelector?: string },
    signal: AbortSignal,
  ): Promise<Listed>;
  /** The cluster's identity: the UID of namespace `kube-system`. */
  clusterUid(signal: AbortSignal): Promise<string>;
}

const kindUnknown = (subject: string, message: string): ApiError =>
  new ApiError(subject, { errorClass: "KIND_UNKNOWN", status: 404, reason: "KindMissing", message, causes: [] });

/** Puts the calls by ref over an open transport and its discovery. */
export const openKube = (transport: KubeTransport, discovery: Discovery): Kube => {
  const kube: Kube = {
    transport,
    discovery,
    resourceOf: async ({ group, kind, version }, signal) => {
      const found = await discovery.resolveFresh(group, kind, version, signal);
      if (found !== undefined) return found;
      const other = discovery.resolve(group, kind);
      const name = group === "" ? kind : `${kind}.${group}`;
      const message =
        other === undefined
          ? `the cluster does not serve ${name}`
          : `the cluster serves ${name} at ${other.version}, not at ${version}`;
      throw kindUnknown(`${name} discovery`, message);
    },
    serverSideApply: async (options, signal) => {
      const { group, version } = splitApiVersion(options.object.apiVersion);
      const resource = await kube.resourceOf({ group, kind: options.object.kind, version }, signal);
      return applyObject(transport, resource, options, signal);
    },
    createObject: async (options, signal) => {
      const { group, version } = splitApiVersion(options.object.apiVersion);
      const resource = await kube.resourceOf({ group, kind: options.object.kind, version }, signal);
      return createObject(transport, resource, options, signal);
    },
    getObject: async (ref, options, signal) => {
      const resource = await kube.resourceOf(ref, signal);
      return getObject(transport, { resource, namespace: ref.namespace, name: ref.name }, options, signal);
    },
    writeManagedFields: async (ref, change, options, signal) => {
      const resource = await kube.resourceOf(ref, signal);
      const address = { resource, namespace: ref.namespace, name: ref.name };
      return writeManagedFields(transport, address, change, options, signal);
    },
    tryWhole: async (change, options, signal) => {
      const { apiVersion, kind, metadata } = change.live;
      const resource = await kube.resourceOf({ ...splitApiVersion(apiVersion), kind }, signal);
      const address = { resource, namespace: metadata.namespace ?? "", name: metadata.name };
      return tryWhole(transport, address, change, options, signal);
    },
    deleteObject: async (ref, preconditions, options, signal) => {
      const resource = await kube.resourceOf(ref, signal);
      const address = { resource, namespace: ref.namespace, name: ref.name };
      return deleteObject(transport, address, preconditions, options, signal);
    },
    listAll: async (kind, options, signal) =>
      listAll(transport, { resource: await kube.resourceOf(kind, signal), ...options }, signal),
    clusterUid: async (signal) => uidOf(await transport.request(WHO, signal)),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
  return kube;
};

/** The same connection with something added to each call; whoever opened it closes it. */
const withEach = (
  { transport, discovery }: Kube,
  added: Pick<KubeRequest, "share" | "cluster">,
  around: <T>(call: () => Promise<T>) => Promise<T>,
): Kube =>
  openKube(
    {
      request: (request, signal) => around(() => transport.request({ ...request, ...added }, signal)),
      stream: (request, signal) => around(() => transport.stream({ ...request, ...added }, signal)),
      async [Symbol.asyncDispose]() {},
    },
    discovery,
  );

/** The same connection for one of those who share it: its calls wait in turn with others', and hold at most half of the places. */
export const shareOf = (kube: Kube, share: string): Kube => withEach(kube, { share }, (call) => call());

/**
 * The same connection for one cluster alone: where another is behind it by now, a call throws OtherCluster and is not sent.
 * `around` each call is whoever wants to know of that.
 */
export const boundTo = (
  kube: Kube,
  cluster: string,
  around: <T>(call: () => Promise<T>) => Promise<T> = (call) => call(),
): Kube => withEach(kube, { cluster }, around);

/** Reads over an open way what the cluster there serves; closes it where that fails. Throws ApiError. */
export const connectOver = async (
  opened: KubeTransport,
  { clock, guard }: { readonly clock: Clock; readonly guard?: TransportOptions["guard"] },
  signal: AbortSignal,
): Promise<Kube> => {
  const transport = guard?.(opened) ?? opened;
  try {
    return openKube(transport, await discover(transport, clock, signal));
  } catch (error) {
    await transport[Symbol.asyncDispose]();
    throw error;
  }
};

/** Connects to one cluster and reads what it serves. Throws ApiError when it cannot be reached. */
export const connectKube = (access: ClusterAccess, options: TransportOptions, signal: AbortSignal): Promise<Kube> =>
  connectOver(openTransport(access, options), { clock: systemClock, ...options }, signal);
