import { needsTrial } from "@evenkeel/apply";
import type { DesiredObject, TriedApply } from "@evenkeel/apply";
import { BodyRefused, isApiError } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { actingAs, bodyOf } from "../write/body-of.ts";
import { wordsOf } from "../write/guard.ts";

/** What the server would make of a live object by this apply. Throws ApiError. */
export const tryApply = async (run: Run, desired: DesiredObject, live: KubeObject): Promise<TriedApply> => {
  try {
    const { uid = "" } = live.metadata;
    const body = await bodyOf(run, { ...desired, uid, force: true }, async () => live);
    const object = { ...body, metadata: { ...body.metadata, uid } };
    const options = { object, force: true, dryRun: true, ...actingAs(run) };
    return { object: (await run.kube.serverSideApply(options, run.signal)).object };
  } catch (error) {
    if (error instanceof BodyRefused) return { refused: error.message };
    if (!isApiError(error) || error.passing) throw error;
    return { refused: wordsOf(desired.ref, error) };
  }
};

/** For each live object that is adopted only if it is equal: what the server would make of it. Throws ApiError. */
export const tryAdoptions = async (
  run: Run,
  desired: readonly DesiredObject[],
  live: ReadonlyMap<string, KubeObject>,
): Promise<ReadonlyMap<string, TriedApply>> => {
  const owner = { appUid: run.fact.unit.appUid, installation: run.deps.bus.installation };
  const { adopt } = run.declared.app.spec;
  const tried = await Promise.all(
    desired.map(async (each) => {
      const key = formatRef(each.ref);
      const found = live.get(key);
      if (found === undefined || !needsTrial(found, owner, adopt)) return [];
      return [[key, await tryApply(run, each, found)] as const];
    }),
  );
  return new Map(tried.flat());
};
