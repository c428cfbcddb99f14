// For tests only: what somebody else does to the objects of a drift world.
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { DriftWorld } from "./drift-world.ts";

const never = new AbortController().signal;

/** Writes a part of an object as somebody else would, by a merge patch. */
export const editLive = async (
  { kube, namespace }: Pick<DriftWorld, "kube" | "namespace">,
  object: KubeObject,
  patch: unknown,
  manager = "kubectl-edit",
): Promise<void> => {
  const placed = { ...object, metadata: { namespace, ...object.metadata } };
  const resource = await kube.resourceOf(
    { ...refOf(placed), version: object.apiVersion.split("/").at(-1) ?? "" },
    never,
  );
  const group = object.apiVersion.includes("/") ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
  const path = `${group}/namespaces/${placed.metadata.namespace}/${resource.plural}/${object.metadata.name}`;
  const answer = await kube.transport.request(
    {
      method: "PATCH",
      path: `${path}?fieldManager=${manager}`,
      headers: { "content-type": "application/merge-patch+json" },
      body: new TextEncoder().encode(JSON.stringify(patch)),
    },
    never,
  );
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.body.toString("utf8")}`);
};

/** Deletes an object as somebody else would. */
export const removeLive = async (world: Pick<DriftWorld, "kube" | "live">, object: KubeObject): Promise<void> => {
  const live = await world.live(object);
  if (live === undefined) return;
  const { uid = "", resourceVersion = "" } = live.metadata;
  await world.kube.deleteObject(refOf(live), { uid, resourceVersion }, {}, never);
};
