import { classifyResponse, ApiError, collectionPath, objectPath } from "@evenkeel/kube";
import type { ApiResource, Kube, KubeResponse } from "@evenkeel/kube";
import { parseJson } from "@evenkeel/resource";
import type { JsonObject } from "@evenkeel/resource";

import { ANCHOR_NAMESPACE, decodeAnchor, encodeAnchor } from "./core/anchor-document.ts";
import type { Anchor } from "./core/anchor-document.ts";

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

const body = (name: string, anchor: Anchor, resourceVersion: string | undefined): Buffer =>
  bytes({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: ANCHOR_NAMESPACE, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    data: encodeAnchor(anchor),
  });

const ensureNamespace = async (kube: Kube, signal: AbortSignal): Promise<void> => {
  const created = await kube.transport.request(
    {
      method: "POST",
      path: collectionPath(namespaces, ""),
      headers: json,
      body: bytes({ apiVersion: "v1", kind: "Namespace", metadata: { name: ANCHOR_NAMESPACE } }),
    },
    signal,
  );
  if (created.status !== 409) expect(`namespace ${ANCHOR_NAMESPACE} create`, "POST", created);
};

/** Writes over exactly what was read (`before`), or makes the anchor and its namespace. Throws ApiError; STALE when it moved. */
export const writeAnchor = async (
  kube: Kube,
  name: string,
  anchor: Anchor,
  before: StoredAnchor | undefined,
  signal: AbortSignal,
): Promise<StoredAnchor> => {
  if (before === undefined) await ensureNamespace(kube, signal);
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
  const response = await kube.transport.request(
    { ...request, headers: json, body: body(name, anchor, before?.resourceVersion) },
    signal,
  );
  return stored(expect(`anchor ${name} write`, request.method, response));
};
