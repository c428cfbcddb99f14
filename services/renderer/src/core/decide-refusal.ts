import { backOff } from "@evenkeel/async";

/** A refused render, as far as it decides whether to try again. */
export interface Refusal {
  readonly code: string;
  readonly transient: boolean;
}

/** `wait`: the same render may end otherwise; `tell`: it is the answer. */
export type RefusalDecision = { readonly kind: "tell" } | { readonly kind: "wait"; readonly ms: number };

const WAIT_MS = { first: 1_000, most: 30_000 };
const MOST_TRIES = 3;

/**
 * An object that is not in the store, or not yet, is waited for: the source-watcher stores it again. What ran out of time
 * or memory is tried three times before it is told, as the next try may find the machine idle.
 */
export const decideRefusal = ({ code, transient }: Refusal, attempt: number): RefusalDecision => {
  const ms = backOff(WAIT_MS, attempt - 1);
  if (!transient) return { kind: "tell" };
  return code === "ObjectCorrupt" || attempt < MOST_TRIES ? { kind: "wait", ms } : { kind: "tell" };
};
