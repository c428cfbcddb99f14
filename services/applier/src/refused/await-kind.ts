import { isObject, splitApiVersion } from "@evenkeel/resource";
import type { Json, KubeObject } from "@evenkeel/resource";

import type { Run } from "../run/admit.ts";

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
const awaitEstablished = async (run: Run, plural: string): Promise<void> => {
  const ref = { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", namespace: "", name: plural };
  for (let asks = 0; asks < ASKS && !run.signal.aborted; asks += 1) {
    const crd = await run.kube.getObject(ref, {}, run.signal);
    if (crd === undefined || isEstablished(crd)) return;
    await run.deps.clock.sleep(EVERY_MS, run.signal).catch(() => {});
  }
};

/**
 * Before an object is sent: if its kind is not served but a definition was just applied, waits until it is. What is
 * still unknown then fails the call itself, as KIND_UNKNOWN. Throws ApiError.
 */
export const awaitKind = async (run: Run, object: KubeObject): Promise<void> => {
  const { group, version } = splitApiVersion(object.apiVersion);
  const { discovery } = run.kube;
  if (discovery.resolve(group, object.kind, version) !== undefined || group === "") return;
  for (let asks = 0; asks < ASKS && !run.signal.aborted; asks += 1) {
    await discovery.refresh(run.signal);
    const served = discovery.resolve(group, object.kind, version);
    if (served !== undefined) return awaitEstablished(run, `${served.plural}.${group}`);
    await run.deps.clock.sleep(EVERY_MS, run.signal).catch(() => {});
  }
};
