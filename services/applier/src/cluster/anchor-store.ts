import { ApiError, classifyResponse, collectionPath, isApiError, objectPath } from "@evenkeel/kube";
import type { ApiResource, Kube, KubeResponse } from "@evenkeel/kube";
import { parseJson } from "@evenkeel/resource";
import type { JsonObject } from "@evenkeel/resource";

import { ANCHOR_NAMESPACE, decodeAnchor, encodeAnchor, isAnchorName } from "../core/anchor/anchor-document.ts";
import type { Anchor } from "../core/anchor/anchor-document.ts";

/** An anchor as read, with what the next write must match. */
export interface StoredAnchor {
  readonly anchor: Anchor;
  readonly resourceVersion: string;
}

const CONFIG_MAP: Pick<ApiResource, "group" | "version" | "kind" | "plural" | "namespaced"> = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
};
const resource: ApiResource = { ...CONFIG_MAP, verbs: new Set(), subresources: new Set() };
const namespaces: ApiResource = { ...resource, kind: "Namespace", plural: "namespaces", namespaced: false };
const json = { "content-type": "application/json" };
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const expect = (subject: string, method: "GET" | "PUT" | "POST", response: KubeResponse): JsonObject => {
  const detail = classifyResponse(method, response);
  if (detail !== undefined) throw new ApiError(subject, detail);
  return parseJson(response.body.toString("utf8")) as JsonObject;
};

const stored = (body: JsonObject): StoredAnchor => {
  const metadata = body["metadata"] as { readonly resourceVersion: string };
  const data = (body["data"] ?? {}) as Readonly<Record<string, string>>;
  return { anchor: decodeAnchor(data), resourceVersion: metadata.resourceVersion };
};

/** The anchor by name; undefined: there is none. Throws ApiError, AnchorDamaged. */
export const readAnchor = async (kube: Kube, name: string, signal: AbortSignal): Promise<StoredAnchor | undefined> => {
  const path = objectPath(resource, ANCHOR_NAMESPACE, name);
  const response = await kube.transport.request({ method: "GET", path }, signal);
  if (response.status === 404) return undefined;
  return stored(expect(`anchor ${name} read`, "GET", response));
};

/** Every anchor of an installation on a cluster. Throws ApiError, AnchorDamaged. */
export const readAnchors = async (
  kube: Kube,
  installation: string,
  signal: AbortSignal,
): Promise<readonly Anchor[]> => {
  const listed = await kube.listAll({ group: "", kind: "ConfigMap" }, { namespace: ANCHOR_NAMESPACE }, signal);
  return listed.objects
    .filter(({ metadata }) => isAnchorName(installation, metadata.name))
    .map((object) => decodeAnchor((object["data"] ?? {}) as Readonly<Record<string, string>>));
};

const body = (name: string, anchor: Anchor, resourceVersion: string | undefined): Buffer =>
  bytes({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: ANCHOR_NAMESPACE, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    data: encodeAnchor(anchor),
  });

/** The namespace of the anchors is not there, and this identity may not make it. */
export class AnchorNamespaceMissing extends Error {
  override readonly name = "AnchorNamespaceMissing";
  readonly remedy = `create namespace ${ANCHOR_NAMESPACE} on the cluster, or grant the applier "create" on namespaces`;
}

/** Made only where it is missing: the rights that an installation grants need not reach so far. */
const makeNamespace = async (kube: Kube, signal: AbortSignal): Promise<void> => {
  const created = await kube.transport.request(
    {
      method: "POST",
      path: collectionPath(namespaces, ""),
      headers: json,
      body: bytes({ apiVersion: "v1", kind: "Namespace", metadata: { name: ANCHOR_NAMESPACE } }),
    },
    signal,
  );
  if (created.status === 409) return;
  try {
    expect(`namespace ${ANCHOR_NAMESPACE} create`, "POST", created);
  } catch (error) {
    if (!isApiError(error, "FORBIDDEN")) throw error;
    const message = `namespace ${ANCHOR_NAMESPACE}, which keeps the anchors, is missing: ${error.message}`;
    throw new AnchorNamespaceMissing(message, { cause: error });
  }
};

/** Writes over exactly what was read (`before`), or makes the anchor. Throws ApiError; STALE when it moved; AnchorNamespaceMissing. */
export const writeAnchor = async (
  kube: Kube,
  name: string,
  anchor: Anchor,
  before: StoredAnchor | undefined,
  signal: AbortSignal,
): Promise<StoredAnchor> => {
  const request =
    before === undefined
      ? ({
          method: "POST",
          path: `${collectionPath(resource, ANCHOR_NAMESPACE)}?fieldManager=evenkeel-anchor`,
        } as const)
      : ({
          method: "PUT",
          path: `${objectPath(resource, ANCHOR_NAMESPACE, name)}?fieldManager=evenkeel-anchor`,
        } as const);
  const write = async (): Promise<StoredAnchor> => {
    const response = await kube.transport.request(
      { ...request, headers: json, body: body(name, anchor, before?.resourceVersion) },
      signal,
    );
    return stored(expect(`anchor ${name} write`, request.method, response));
  };
  try {
    return await write();
  } catch (error) {
    if (before !== undefined || !isApiError(error, "NAMESPACE_MISSING")) throw error;
  }
  await makeNamespace(kube, signal);
  return write();
};
