import {
  consequenceOf,
  decideConflict,
  judgeReplaced,
  mayRecreate,
  rulesFor,
  toApplyBody,
  withoutIgnored,
} from "@evenkeel/apply";
import type { DesiredObject } from "@evenkeel/apply";
import type { InventoryItem } from "@evenkeel/contracts";
import { recordOf, toStoredRecord } from "@evenkeel/drift";
import { BodyRefused, isApiError } from "@evenkeel/kube";
import type { ApiError } from "@evenkeel/kube";
import { describeRef, formatRef } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import { awaitKind } from "./await-kind.ts";
import type { StepFailure, StepResult } from "./carry-out.ts";
import { callRetryMs } from "./core/retry-delay.ts";
import { stampOf } from "./core/stamp-of.ts";
import { failureOf, guardWrite } from "./guard.ts";
import { recreateObject } from "./recreate-object.ts";

/** One apply that is to be made. */
export interface ObjectWrite extends DesiredObject {
  /** It must be this very object; empty: there is none, or any of ours. */
  readonly uid: string;
  readonly force: boolean;
}

export interface Written {
  readonly item: InventoryItem;
  readonly created: boolean;
}

/** What was sent for an object last time, to judge whose a field in dispute is; by formatRef. */
export type Previous = () => Promise<ReadonlyMap<string, DesiredObject>>;

const TRIES = 4;

type Next =
  | { readonly kind: "again"; readonly write: ObjectWrite; readonly waitMs: number }
  | { readonly kind: "recreate" }
  | ({ readonly kind: "failed" } & StepFailure);

const itemOf = (run: Run, write: ObjectWrite, body: KubeObject, answer: KubeObject): InventoryItem => ({
  ref: write.ref,
  apiVersion: write.object.apiVersion,
  uid: answer.metadata.uid ?? "",
  pending: false,
  record: toStoredRecord(recordOf(answer, body, { desired: write.digest, hashKey: run.deps.recordKey })),
  absentSince: undefined,
});

/** Another object may have the name by now: ours is written again, another's is left to it. */
const afterStale = async (run: Run, write: ObjectWrite): Promise<Next> => {
  const live = await run.kube.getObject(write.ref, {}, run.signal);
  const owner = { appUid: run.fact.unit.appUid, installation: run.deps.bus.installation };
  if (live === undefined) return { kind: "again", write: { ...write, uid: "" }, waitMs: 0 };
  const decision = judgeReplaced(write.ref, live, owner, run.declared.app.spec);
  if (decision.kind === "refuse") return { kind: "failed", reason: decision.reason, again: true };
  const force = write.force || decision.kind === "take";
  const waitMs = callRetryMs(1, run.deps.chance());
  return { kind: "again", write: { ...write, uid: live.metadata.uid ?? "", force }, waitMs };
};

const afterError = async (
  run: Run,
  write: ObjectWrite,
  error: ApiError,
  tries: number,
  previous: Previous,
): Promise<Next> => {
  const consequence = consequenceOf(error.errorClass, "apply");
  const failed: Next = { kind: "failed", ...failureOf(write.ref, error, "apply") };
  switch (consequence.kind) {
    case "retry": {
      if (tries >= TRIES) return failed;
      const waitMs = error.retryAfterMs ?? callRetryMs(tries, run.deps.chance());
      return { kind: "again", write, waitMs };
    }
    case "decide-again":
      return tries >= TRIES ? failed : afterStale(run, write);
    case "field-conflict": {
      const sent = (await previous()).get(formatRef(write.ref))?.object;
      const { drift, onConflict } = run.declared.app.spec;
      const decision = decideConflict(write.ref, error.conflicts, sent, { drift, onConflict });
      if (decision.kind === "force" && !write.force)
        return { kind: "again", write: { ...write, force: true }, waitMs: 0 };
      return decision.kind === "force" ? failed : { kind: "failed", reason: decision.reason, again: true };
    }
    case "immutable":
      return mayRecreate(write.object, write.ref, run.declared.app.spec.recreate) ? { kind: "recreate" } : failed;
    case "done":
    case "wait":
    case "hold":
      return failed;
  }
};

/** Fields that the app leaves to others depend on what is live; without a rule that matches, nothing is read. */
const withoutIgnoredFields = async (run: Run, { ref, object, uid }: ObjectWrite): Promise<KubeObject> => {
  const rules = rulesFor(run.declared.app.spec.ignore, ref, object);
  if (rules.length === 0) return object;
  return withoutIgnored(object, uid === "" ? undefined : await run.kube.getObject(ref, {}, run.signal), rules);
};

/** Applies one object, repeats what may be repeated, and gives its inventory item from the server's answer. Never throws. */
export const writeObject = async (run: Run, first: ObjectWrite, previous: Previous): Promise<StepResult<Written>> => {
  const { deps, fact, held } = run;
  const stamp = stampOf(fact, fact.unit.appUid, deps.bus.installation, held.lease.epoch);
  let write = first;
  for (let tries = 1; ; tries += 1) {
    const stop = await guardWrite(run, write.ref);
    if (stop !== undefined) return stop;
    try {
      await awaitKind(run, write.object);
      const { uid } = write;
      const body = toApplyBody(await withoutIgnoredFields(run, write), stamp);
      const sent = uid === "" ? body : { ...body, metadata: { ...body.metadata, uid } };
      const as = run.impersonate === undefined ? {} : { impersonate: run.impersonate };
      const options = { object: sent, force: write.force, dryRun: false, ...as };
      const answer = await run.kube.serverSideApply(options, held.signalOfWrites);
      return { kind: "done", value: { item: itemOf(run, write, body, answer.object), created: answer.created } };
    } catch (error) {
      if (!held.lease.live()) return { kind: "stopped" };
      if (error instanceof BodyRefused) {
        const message = `${describeRef(write.ref)}: ${error.message}`;
        return {
          kind: "failed",
          reason: { code: "ObjectInvalid", message, remedy: "correct the value in Git" },
          again: false,
        };
      }
      if (!isApiError(error)) throw error;
      const next = await afterError(run, write, error, tries, previous);
      if (next.kind === "failed") return next;
      if (next.kind === "recreate") return recreateObject(run, write, (fresh) => writeObject(run, fresh, previous));
      write = next.write;
      if (next.waitMs > 0) await deps.clock.sleep(next.waitMs, run.signal).catch(() => {});
    }
  }
};
