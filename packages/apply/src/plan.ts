import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef, Reason } from "@evenkeel/words";

import { orderObjects } from "./order.ts";
import type { Order } from "./order.ts";
import { digestOfPlan } from "./plan-digest.ts";
import type { PlannedWrite } from "./plan-digest.ts";

/** One object of the desired state, already placed (namespace set). */
export interface DesiredObject {
  readonly ref: ObjectRef;
  readonly object: KubeObject;
  /** Digest of the rendered object. */
  readonly digest: string;
}

/** What a plan does about one object; a delete has the object as it is live, and no digest. */
export interface Step extends DesiredObject {
  readonly verb: PlannedWrite["verb"] | "unchanged";
  /** UID of the object that is changed or deleted: sent along, so that no other of the same name is. Empty for a create. */
  readonly uid: string;
  /** Take differing fields of other managers: by `adopt: takeover`, or where taking them was proved to change nothing. */
  readonly force: boolean;
  /** It is taken over: what earlier managers have of it is ours from then on. */
  readonly takes?: boolean;
}

/** An object that is not written, and why. */
export interface Refusal {
  readonly ref: ObjectRef;
  readonly reason: Reason;
}

/** Everything that is decided before the first write, whichever kind of work it is. */
export interface Plan<S extends Step = Step> {
  readonly steps: readonly S[];
  /** By index into `steps`. */
  readonly order: Order;
  /** Any of these keeps the whole plan from being carried out. */
  readonly refused: readonly Refusal[];
  /** What is left as it is for now, each with its reason; the rest is carried out. */
  readonly parked: readonly Refusal[];
  /** The name under which a human approves it. */
  readonly digest: string;
}

/** The writes of steps, as ledger and digest name them. */
export const writesOf = (steps: readonly Step[]): readonly PlannedWrite[] =>
  steps.flatMap(({ verb, ref, digest, uid }) =>
    verb === "unchanged" ? [] : [{ verb, ref, content: verb === "delete" ? uid : digest }],
  );

export const digestOf = (unit: { readonly cluster: string; readonly appUid: string }, steps: readonly Step[]): string =>
  digestOfPlan(unit, writesOf(steps));

/** A plan of just these steps, in the order of what needs what. */
export const planSteps = <S extends Step>(
  unit: { readonly cluster: string; readonly appUid: string },
  steps: readonly S[],
): Plan<S> => ({
  steps,
  order: orderObjects(steps.map(({ object }) => object)),
  refused: [],
  parked: [],
  digest: digestOf(unit, steps),
});
