import { judgeConfirmation } from "@evenkeel/drift";
import type { Confirmation } from "@evenkeel/drift";
import { isApiError } from "@evenkeel/kube";

import { bodyOf, findRendered } from "./core/body-of.ts";
import type { DetectorDeps } from "./detector-deps.ts";
import { isRunOpen } from "./tracked.ts";
import type { Tracked } from "./tracked.ts";
import { isTransient } from "./transient.ts";

/** What asking the server about one candidate came to. */
export type ServerWord =
  /** A run is open, or the newest set did not get to this object yet: it is judged again after our next word. */
  | { readonly kind: "not-now" }
  | { readonly kind: "gone" }
  /** The record or the run changed while the server was asked. */
  | { readonly kind: "overtaken" }
  | { readonly kind: "judged"; readonly confirmation: Confirmation };

const RETRY_MS = 1_000;
const RETRIES = 5;

const unverifiable = (reason: string): Confirmation => ({ verdict: "UNVERIFIABLE", reason });

/** Asks by a dry-run of our last apply, again while the answer says nothing of the object. Throws when the store is away. */
export const askServer = async (
  deps: DetectorDeps,
  hashKey: string,
  tracked: Tracked,
  signal: AbortSignal,
): Promise<ServerWord> => {
  const { clock, kube } = deps;
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    await deps.ledgerCaughtUp(tracked.of.unit, signal);
    const { live, record, of: unit } = tracked;
    if (live === undefined || record === undefined || isRunOpen(unit)) return { kind: "not-now" };
    const { digest } = unit.inventory ?? { digest: "" };
    const rendered = findRendered((await deps.renderedOf(digest, signal)) ?? [], tracked.ref);
    if (rendered === undefined)
      return { kind: "judged", confirmation: unverifiable("its rendered form is not in the store") };
    if (rendered.digest !== record.desired) return { kind: "not-now" };
    const ignore = await deps.ignoreOf(unit.unit.app, unit.desired?.declarationsDigest ?? "", signal);
    const owner = { appUid: unit.unit.appUid, installation: deps.installation };
    const body = bodyOf(rendered.object, tracked.ref, record, owner, { live, ignore });
    let confirmation: Confirmation;
    try {
      const dry = await kube.serverSideApply({ object: body, force: true, dryRun: true }, signal);
      const current =
        dry.object.metadata.resourceVersion === live.metadata.resourceVersion
          ? live
          : await kube.getObject(tracked.ref, {}, signal);
      if (current === undefined) return { kind: "gone" };
      tracked.live = current;
      confirmation = judgeConfirmation({ record, body, dry: dry.object, live: current, hashKey });
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (isTransient(error.errorClass) && tries < RETRIES) {
        await clock.sleep(Math.max(error.retryAfterMs ?? 0, RETRY_MS * (tries + 1)), signal);
        continue;
      }
      confirmation = unverifiable(`the dry-run was refused: ${error.message}`);
    }
    if (isRunOpen(unit) || tracked.record !== record) return { kind: "overtaken" };
    if (confirmation.verdict === "REQUEUE" && tries < RETRIES) continue;
    return { kind: "judged", confirmation };
  }
};
