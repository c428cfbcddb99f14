import type { TakenField } from "@evenkeel/drift";

import type { WriteEnd } from "./unit-writes.ts";

/** A step's end. */
export type StepEnd<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly reason: { readonly code: string } }
  | { readonly kind: "stopped" | "not-tried" };

/**
 * As the ledger says it: `done`, `failed:<reason>` or `not-tried` for each step, and what it took of other managers, where it
 * may have taken something.
 */
export const resultsOf = <T>(
  steps: readonly StepEnd<T>[],
  takenOf: (value: T) => readonly TakenField[] = () => [],
): readonly WriteEnd[] =>
  steps.map((step) => {
    if (step.kind === "failed") return { result: `failed:${step.reason.code}` };
    return step.kind === "done" ? { result: "done", taken: takenOf(step.value) } : { result: "not-tried" };
  });
