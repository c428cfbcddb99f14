import { isObject, splitApiVersion } from "@evenkeel/resource";
import type { Json, KubeObject } from "@evenkeel/resource";

import type { Means } from "../write/means.ts";

/** A kind defined a moment ago is served shortly after; how long it is waited for, and how often it is asked. */
const ASKS = 40;
const EVERY_MS = 50;

const isEstablished = (crd: KubeObject | undefined): boolean => {
  const status = crd?.["status"];
  const conditions = isObject(status) ? status["conditions"] : undefined;
  return (
    Array.isArray(conditions) &&
    (conditions as readonly Json[]).some(
      (each) => isObject(each) && each["type"] === "Established" && each["status"] === "True",
    )
  );
};

/** Whether the unit's own CustomResourceDefinition of this kind is there and not yet served. */
const awaitEstablished = async (means: Means, plural: string): Promise<void> => {
  const ref = { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", namespace: "", name: plural };
  for (let asks = 0; asks < ASKS && !means.signal.aborted; asks += 1) {
    const crd = await means.kube.getObject(ref, {}, means.signal);
    if (crd === undefined || isEstablished(crd)) return;
    await means.pause(EVERY_MS);
  }
};

/**
 * Before an object is sent: if its kind is not served but a definition was just applied, waits until it is. What is
 * still unknown then fails the call itself, as KIND_UNKNOWN. Throws ApiError.
 */
export const awaitKind = async (means: Means, object: KubeObject): Promise<void> => {
  const { group, version } = splitApiVersion(object.apiVersion);
  const { discovery } = means.kube;
  if (discovery.resolve(group, object.kind, version) !== undefined || group === "") return;
  for (let asks = 0; asks < ASKS && !means.signal.aborted; asks += 1) {
    await discovery.refresh(means.signal);
    const served = discovery.resolve(group, object.kind, version);
    if (served !== undefined) return awaitEstablished(means, `${served.plural}.${group}`);
    await means.pause(EVERY_MS);
  }
};
