import type { TakenField } from "@evenkeel/drift";

import type { WriteEnd } from "./unit-writes.ts";

/** A step's end. */
export type StepEnd =
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "failed"; readonly reason: { readonly code: string } }
  | { readonly kind: "stopped" | "not-tried" };

const takenOf = (value: unknown): readonly TakenField[] =>
  typeof value === "object" && value !== null && "taken" in value ? (value.taken as readonly TakenField[]) : [];

/** As the ledger says it: `done`, `failed:<reason>` or `not-tried` for each step, and what it took of other managers. */
export const resultsOf = (steps: readonly StepEnd[]): readonly WriteEnd[] =>
  steps.map((step) => {
    if (step.kind === "failed") return { result: `failed:${step.reason.code}` };
    return step.kind === "done" ? { result: "done", taken: takenOf(step.value) } : { result: "not-tried" };
  });
