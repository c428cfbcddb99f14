import type { Unit } from "@evenkeel/contracts";
import { freshBody, probeName } from "@evenkeel/apply";
import { judgeConfirmation, judgeMadeAnew } from "@evenkeel/drift";
import type { Confirmation, ObjectRecord } from "@evenkeel/drift";
import { isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";

import { bodyOf, findRendered } from "./core/body-of.ts";
import type { Doubt } from "./core/next-look.ts";
import type { DetectorDeps } from "./detector-deps.ts";
import { dryRunsOf } from "./dry-run.ts";
import type { DryRun } from "./dry-run.ts";
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
  | { readonly kind: "judged"; readonly confirmation: Exclude<Confirmation, Unsure> }
  | { readonly kind: "in-doubt"; readonly doubt: Doubt; readonly because: string };

/** What the server would make of it under another name; undefined where that is refused, or nobody may ask it. */
const madeAnew = async (dryRun: DryRun, body: KubeObject, live: KubeObject): Promise<KubeObject | undefined> => {
  try {
    return await dryRun(freshBody(body, live, probeName(live)));
  } catch (error) {
    if (isApiError(error)) return undefined;
    throw error;
  }
};

/** The server calls the change invalid, and the values differ: that is drift like any other, whether it can be undone or not. */
const judgeInvalid = async (
  dryRun: DryRun,
  { body, record, live }: { readonly body: KubeObject; readonly record: ObjectRecord; readonly live: KubeObject },
): Promise<ServerWord | undefined> => {
  const found = judgeMadeAnew(record, { body, made: await madeAnew(dryRun, body, live) }, live);
  return found === undefined ? undefined : { kind: "judged", confirmation: { verdict: "DRIFT", ...found } };
};

type Unsure = Extract<Confirmation, { readonly verdict: "REQUEUE" | "UNVERIFIABLE" }>;

const RETRY_MS = 1_000;
const RETRIES = 5;

const inDoubt = (doubt: Doubt, because: string): ServerWord => ({ kind: "in-doubt", doubt, because });

const restless = inDoubt("restless", "it changes faster than it can be read");

const wordOf = (confirmation: Confirmation): ServerWord => {
  if (confirmation.verdict === "REQUEUE") return restless;
  if (confirmation.verdict === "UNVERIFIABLE") return inDoubt("unowned", confirmation.reason);
  return { kind: "judged", confirmation };
};

export type AskDeps = Pick<DetectorDeps, "hashKey" | "ignoreOf" | "installation" | "ledgerCaughtUp" | "renderedOf"> & {
  readonly clock: Pick<DetectorDeps["clock"], "sleep">;
  readonly kubeOf: (unit: Unit) => Pick<Kube, "serverSideApply" | "getObject">;
};

/** Asks by a dry-run of our last apply, again while the answer says nothing of the object. Throws when the store is away. */
export const askServer = async (deps: AskDeps, tracked: Tracked, signal: AbortSignal): Promise<ServerWord> => {
  const { clock, hashKey } = deps;
  const kube = deps.kubeOf(tracked.of.unit);
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    await deps.ledgerCaughtUp(tracked.of.unit, signal);
    const { live, record, of: unit } = tracked;
    if (live === undefined || record === undefined || isRunOpen(unit)) return { kind: "not-now" };
    const { digest } = unit.inventory ?? { digest: "" };
    const rendered = findRendered((await deps.renderedOf(digest, signal)) ?? [], tracked.ref);
    if (rendered === undefined) return inDoubt("unread", "its rendered form is not in the store");
    if (rendered.digest !== record.desired) return { kind: "not-now" };
    const { isHanging: wasHanging } = tracked;
    const dryRun = dryRunsOf(kube, tracked, signal);
    const ignore = await deps.ignoreOf(unit.unit.app, unit.desired?.declarationsDigest ?? "", signal);
    const owner = { appUid: unit.unit.appUid, installation: deps.installation };
    const body = bodyOf(rendered.object, tracked.ref, record, owner, { live, ignore });
    let word: ServerWord;
    let isRequeued = false;
    let judged = live;
    try {
      const dry = await dryRun(body);
      const current =
        dry.metadata.resourceVersion === live.metadata.resourceVersion
          ? live
          : await kube.getObject(tracked.ref, {}, signal);
      if (current === undefined) return { kind: "gone" };
      if (tracked.live === live) tracked.live = current;
      judged = current;
      const confirmation = judgeConfirmation({ record, body, dry, live: current, hashKey });
      isRequeued = confirmation.verdict === "REQUEUE";
      word = wordOf(confirmation);
    } catch (error) {
      if (!isApiError(error)) throw error;
      const hangsStill = wasHanging && tracked.isHanging;
      if (isTransient(error.errorClass) && tries < RETRIES && !hangsStill) {
        await clock.sleep(Math.max(error.retryAfterMs ?? 0, RETRY_MS * (tries + 1)), signal);
        continue;
      }
      const anew = error.errorClass === "INVALID" ? await judgeInvalid(dryRun, { body, record, live }) : undefined;
      word = anew ?? inDoubt("refused", `the dry-run was refused: ${error.message}`);
    }
    if (isRunOpen(unit) || tracked.record !== record) return { kind: "overtaken" };
    // An event came while the server was asked: its word is about what is not live any more.
    const isSeenAnew = tracked.live?.metadata.resourceVersion !== judged.metadata.resourceVersion;
    if (!isRequeued && !isSeenAnew) return word;
    if (tries >= RETRIES) return isSeenAnew ? restless : word;
  }
};
