/** A step's end as the ledger says it. */
export interface StepEnd {
  readonly kind: "done" | "failed" | "stopped" | "not-tried";
  readonly reason?: { readonly code: string };
}

/** `done`, `failed:<reason>` or `not-tried` for each step. */
export const resultsOf = (steps: readonly StepEnd[]): readonly string[] =>
  steps.map((step) => {
    if (step.kind === "failed") return `failed:${step.reason?.code ?? "Unexpected"}`;
    return step.kind === "done" ? "done" : "not-tried";
  });
