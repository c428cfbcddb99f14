import { isCountOpen, withoutOwnCount } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { Applied } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";

import type { Means } from "./means.ts";
import type { ObjectWrite } from "./write-object.ts";

/** Controllers write what is new at once. */
const TRIES = 8;

/** A count that Git leaves open was sent for the object that is made again, and is not ours: our next apply would reset it. Throws ApiError. */
export const leaveCount = async (
  means: Means,
  { ref, object, former }: ObjectWrite,
  applied: Applied,
): Promise<Applied> => {
  if (former === undefined || !applied.created || !isCountOpen(object, former)) return applied;
  let live: KubeObject | undefined = applied.object;
  for (let tries = 1; live !== undefined; tries += 1) {
    const { resourceVersion = "" } = live.metadata;
    const change = { managedFields: withoutOwnCount(live), resourceVersion };
    try {
      return {
        ...applied,
        object: await means.kube.writeManagedFields(ref, change, means.as, means.signalOfWrites),
      };
    } catch (error) {
      if (!isApiError(error, "STALE") || tries >= TRIES) throw error;
      live = await means.kube.getObject(ref, {}, means.signal);
    }
  }
  return applied;
};
