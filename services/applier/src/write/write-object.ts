import { managerBehind, marksTaken } from "@evenkeel/apply";
import type { DesiredObject, KeptField } from "@evenkeel/apply";
import type { InventoryItem } from "@evenkeel/contracts";
import { recordOf, takenFields, toStoredRecord } from "@evenkeel/drift";
import type { TakenField } from "@evenkeel/drift";
import { BodyRefused, isApiError } from "@evenkeel/kube";
import type { Applied } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";

import { adoptLate } from "../plan/adopt-late.ts";
import type { Means } from "./means.ts";
import { afterError } from "../run/after-error.ts";
import { awaitKind } from "../refused/await-kind.ts";
import { bodyOf } from "./body-of.ts";
import type { StepResult } from "../run/carry-out.ts";
import { leaveCount } from "./leave-count.ts";
import { readOnce } from "./reading.ts";
import { applyTaken, giveBackFields, keptAfter, statementsOf, takeFields } from "./take-fields.ts";
import type { Statements, Taken } from "./take-fields.ts";
import { wasOurs } from "./means.ts";

/** One apply that is to be made. */
export interface ObjectWrite extends DesiredObject {
  /** It must be this very object; empty: there is none, or any of ours. */
  readonly uid: string;
  readonly force: boolean;
  /** It is taken over: what earlier managers have of it is ours from then on. */
  readonly takes?: boolean;
  /** What was there and was deleted to be made again. */
  readonly former?: KubeObject;
}

export interface Written {
  readonly item: InventoryItem;
  readonly created: boolean;
  /** What left Git and is live still, since others have it. */
  readonly kept?: readonly KeptField[];
  /** What others had and have no longer. */
  readonly taken: readonly TakenField[];
}

export const takenOf = ({ taken }: Written): readonly TakenField[] => taken;

/** What was sent for an object last time, to judge whose a field in dispute is; by formatRef. */
export type Previous = () => Promise<ReadonlyMap<string, DesiredObject>>;

const written = (
  means: Means,
  write: ObjectWrite,
  body: KubeObject,
  applied: Applied,
  { statements, before }: { readonly statements: Statements | undefined; readonly before: KubeObject | undefined },
): StepResult<Written> => {
  const amiss = marksTaken(write.ref, body, applied.object);
  // Without a record the next look applies it again, whatever Git says by then.
  const record =
    amiss === undefined
      ? toStoredRecord(recordOf(applied.object, body, { desired: write.digest, hashKey: means.recordKey }))
      : undefined;
  const item: InventoryItem = {
    ref: write.ref,
    apiVersion: write.object.apiVersion,
    uid: applied.object.metadata.uid ?? "",
    pending: false,
    record,
    absentSince: undefined,
    lastIn: undefined,
    leftAt: undefined,
  };
  const kept = keptAfter(statements, applied.object);
  const isSame = before?.metadata.uid === applied.object.metadata.uid;
  // Of what is made again, others have lost what they had of the one before it.
  const had = write.former ?? (isSame ? before : undefined);
  const taken = had === undefined ? [] : takenFields(had, applied.object, managerBehind);
  const value = { item, created: applied.created, kept, taken };
  return amiss === undefined ? { kind: "done", value } : { kind: "failed", reason: amiss, again: true, stored: value };
};

/**
 * Applies one object, repeats what may be repeated, and gives its inventory item from the server's answer. `recreate`: what
 * is there cannot be changed, and may be made again.
 */
export const writeObject = async (
  means: Means,
  first: ObjectWrite,
  previous: Previous,
): Promise<StepResult<Written> | { readonly kind: "recreate"; readonly write: ObjectWrite }> => {
  let write = first;
  let statements: Statements | undefined;
  let taken: Taken | undefined;
  /** The object before anything of others was taken. */
  let before: KubeObject | undefined;
  for (let tries = 1; ; tries += 1) {
    const stop = await means.guard(write.ref);
    if (stop !== undefined) return stop;
    try {
      await awaitKind(means, write.object);
      const reading = readOnce(means, write.ref);
      if (write.uid === "" && !wasOurs(means, write.ref)) {
        const judged = await adoptLate(means, write, reading);
        if (judged.kind === "refused") return { kind: "failed", reason: judged.reason, again: true };
        write = judged.write;
      }
      const body = await bodyOf(means, write, reading);
      statements = await statementsOf(means, write, previous);
      const now = await takeFields(means, write, statements, reading);
      if (write.takes === true) taken ??= now;
      before ??= now?.before;
      const applied = await applyTaken(means, write, body, statements);
      return written(means, write, body, await leaveCount(means, write, applied), { statements, before });
    } catch (error) {
      if (!means.isOwner()) return { kind: "stopped" };
      if (error instanceof BodyRefused) {
        const message = `${describeRef(write.ref)}: ${error.message}`;
        return {
          kind: "failed",
          reason: { code: "ObjectInvalid", message, remedy: "correct the value in Git" },
          again: false,
        };
      }
      if (!isApiError(error)) throw error;
      const next = await afterError(means, write, error, tries, previous);
      if (next.kind === "failed") {
        if (taken !== undefined) await giveBackFields(means, write, taken);
        return next;
      }
      if (next.kind === "applied")
        return written(means, write, next.body, next.applied, { statements, before: before ?? next.before });
      if (next.kind === "recreate") return { kind: "recreate", write };
      write = next.write;
      before ??= next.before;
      if (next.waitMs > 0) await means.pause(next.waitMs);
    }
  }
};
