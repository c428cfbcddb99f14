import type { InventoryItem } from "@evenkeel/contracts";
import type { WhenGoneRule } from "@evenkeel/declarations";
import type { EventContext, ObjectRecord } from "@evenkeel/drift";

import type { KubeObject } from "@evenkeel/resource";
import type { ApiErrorClass } from "@evenkeel/words";

import type { ObjectState } from "./object-state.ts";

/** What the server, the store or the clock said to a question. */
export type Answer =
  /** All that the ledger had about the unit was taken in. */
  | { readonly kind: "caught-up" }
  /** The newest set did not get to this object yet. */
  | { readonly kind: "other-form" }
  /** Its rendered form is not in the store. */
  | { readonly kind: "no-form" }
  /** What a forced apply of `body` would make of it, and how it is now; undefined: it is not there. */
  | {
      readonly kind: "merged";
      readonly body: KubeObject;
      readonly dry: KubeObject;
      readonly current: KubeObject | undefined;
    }
  /** `anew`: what the server would make of it under another name, where it called the change invalid. */
  | {
      readonly kind: "refused";
      readonly refusal: Refusal;
      readonly isHanging: boolean;
      readonly anew: { readonly body: KubeObject; readonly made: KubeObject | undefined } | undefined;
    }
  /** As the server has it; undefined: it is not there. */
  | { readonly kind: "read"; readonly object: KubeObject | undefined }
  /** What Git says of it where it is gone. */
  | { readonly kind: "rules"; readonly desired: KubeObject | undefined; readonly rules: readonly WhenGoneRule[] }
  | { readonly kind: "same-cluster" }
  | { readonly kind: "paused" }
  /** The store or the bus is away. */
  | { readonly kind: "failed" };

/** Why the API server gave no answer. */
export interface Refusal {
  readonly errorClass: ApiErrorClass;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

export type ObjectEvent =
  /** Its inventory was stored. */
  | { readonly kind: "recorded"; readonly item: InventoryItem }
  | { readonly kind: "seen"; readonly object: KubeObject }
  /** It left the watch's selection; `last` is its last state, where an event carried it. */
  | { readonly kind: "left"; readonly last: KubeObject | undefined }
  /** Every object of its kind was handed over. */
  | { readonly kind: "listed" }
  /** Judge again what was seen before: its record, its unit's run or its cause for doubt changed. */
  | { readonly kind: "look" }
  /** What is said about objects that are gone may have changed. */
  | { readonly kind: "redeclared" }
  | { readonly kind: "look-due" }
  | { readonly kind: "health-due" }
  | { readonly kind: "answer"; readonly turn: number; readonly answer: Answer };

/** A question, for the shell to ask. */
export type Ask =
  | { readonly kind: "catch-up" }
  | { readonly kind: "dry-run"; readonly live: KubeObject; readonly record: ObjectRecord; readonly wasHanging: boolean }
  | { readonly kind: "read" }
  | { readonly kind: "read-rules" }
  | { readonly kind: "name-cluster" }
  | { readonly kind: "pause"; readonly ms: number };

export type Effect =
  | { readonly kind: "ask"; readonly turn: number; readonly ask: Ask }
  /** What is told of the unit may have changed. */
  | { readonly kind: "tell" }
  /** A finding came so long after its event. */
  | { readonly kind: "measure"; readonly ms: number }
  | { readonly kind: "count"; readonly by: "human" | "controller" | "unknown" }
  /** `look-due` in so long, in place of what was set before; undefined: not at all. */
  | { readonly kind: "look-in"; readonly ms: number | undefined }
  | { readonly kind: "health-in"; readonly ms: number | undefined };

/** When an event is judged, and what of its unit that depends on. */
export interface Moment {
  readonly now: Date;
  readonly context: EventContext;
  /** A run over the unit may be writing now, or its inventory is not here yet. */
  readonly isRunOpen: boolean;
  readonly inventoryRevision: bigint;
  /** Told before a restart: uids of objects that had ended, and what was degraded, by ref. */
  readonly endedBefore: ReadonlySet<string>;
  readonly degradedBefore: ReadonlyMap<string, string>;
}

export interface Step {
  readonly state: ObjectState;
  readonly effects: readonly Effect[];
  /** Taken at once, as an event of its own. */
  readonly next?: ObjectEvent;
}

export const quiet = (state: ObjectState): Step => ({ state, effects: [] });

/** As `quiet`, and `next` is taken at once. */
export const onward = (state: ObjectState, next: ObjectEvent): Step => ({ state, effects: [], next });
