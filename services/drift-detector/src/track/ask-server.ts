import type { Unit } from "@evenkeel/contracts";
import { freshBody, probeName } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import { bodyOf, findRendered } from "../core/body-of.ts";
import type { Answer } from "../core/object/object-event.ts";
import type { Asked } from "../core/object/object-state.ts";
import type { DetectorDeps } from "../deps.ts";
import { dryRunsOf } from "./dry-run.ts";
import type { DryRun } from "./dry-run.ts";
import type { TrackedUnit } from "./tracked.ts";

/** What the server would make of it under another name; undefined where that is refused, or nobody may ask it. */
const madeAnew = async (dryRun: DryRun, body: KubeObject, live: KubeObject): Promise<KubeObject | undefined> => {
  try {
    return await dryRun(freshBody(body, live, probeName(live)));
  } catch (error) {
    if (isApiError(error)) return undefined;
    throw error;
  }
};

export type AskDeps = Pick<DetectorDeps, "ignoreOf" | "installation" | "ledgerCaughtUp" | "renderedOf"> & {
  readonly kubeOf: (unit: Unit) => Pick<Kube, "serverSideApply" | "getObject">;
};

/** Asks once, by a dry-run of our last apply. Throws when the store is away. */
export const askServer = async (
  deps: AskDeps,
  { of: { desired, inventory, unit }, ref }: { readonly of: TrackedUnit; readonly ref: ObjectRef },
  { live, record, wasHanging }: Asked,
  signal: AbortSignal,
): Promise<Answer> => {
  const kube = deps.kubeOf(unit);
  const rendered = findRendered((await deps.renderedOf(inventory?.digest ?? "", signal)) ?? [], ref);
  if (rendered === undefined) return { kind: "no-form" };
  if (rendered.digest !== record.desired) return { kind: "other-form" };
  const ignore = await deps.ignoreOf(unit.app, desired?.declarationsDigest ?? "", signal);
  const owner = { appUid: unit.appUid, installation: deps.installation };
  const body = bodyOf(rendered.object, ref, record, owner, { live, ignore });
  const { dryRun, isHanging } = dryRunsOf(kube, wasHanging, signal);
  try {
    const dry = await dryRun(body);
    if (dry.metadata.resourceVersion === live.metadata.resourceVersion)
      return { kind: "merged", body, dry, current: live };
    const current = await kube.getObject(ref, {}, signal);
    // It moved since: what moved it may be a write of ours, whose intent is in the ledger by now.
    await deps.ledgerCaughtUp(unit, signal);
    return { kind: "merged", body, dry, current };
  } catch (error) {
    if (!isApiError(error)) throw error;
    const anew = error.errorClass === "INVALID" ? { body, made: await madeAnew(dryRun, body, live) } : undefined;
    return { kind: "refused", refusal: error, isHanging: isHanging(), anew };
  }
};
