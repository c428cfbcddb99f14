import { needsTrial } from "@evenkeel/apply";
import type { DesiredObject, TriedApply } from "@evenkeel/apply";
import { BodyRefused, isApiError } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";

import type { Means } from "../write/means.ts";
import { bodyOf } from "../write/body-of.ts";
import { wordsOf } from "../write/guard.ts";

/** What the server would make of a live object by this apply. Throws ApiError. */
export const tryApply = async (means: Means, desired: DesiredObject, live: KubeObject): Promise<TriedApply> => {
  try {
    const { uid = "" } = live.metadata;
    const body = await bodyOf(means, { ...desired, uid, force: true }, async () => live);
    const object = { ...body, metadata: { ...body.metadata, uid } };
    const options = { object, force: true, dryRun: true, ...means.as };
    return { object: (await means.kube.serverSideApply(options, means.signal)).object };
  } catch (error) {
    if (error instanceof BodyRefused) return { refused: error.message };
    if (!isApiError(error) || error.passing) throw error;
    return { refused: wordsOf(desired.ref, error) };
  }
};

/** For each live object that is adopted only if it is equal: what the server would make of it. Throws ApiError. */
export const tryAdoptions = async (
  means: Means,
  desired: readonly DesiredObject[],
  live: ReadonlyMap<string, KubeObject>,
): Promise<ReadonlyMap<string, TriedApply>> => {
  const { adopt } = means.spec;
  const tried = await Promise.all(
    desired.map(async (each) => {
      const key = formatRef(each.ref);
      const found = live.get(key);
      if (found === undefined || !needsTrial(found, means.stamp, adopt)) return [];
      return [[key, await tryApply(means, each, found)] as const];
    }),
  );
  return new Map(tried.flat());
};
