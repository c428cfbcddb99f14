import type { UnseenBug } from "./row.ts";

/**
 * Mistakes in what stands between the product and the machine, which the simulated world has none of. A suspend is not built
 * yet, so that none can be read once only: what stops a run at each step is the lease (`lease-checked-once`).
 */
export const bugsElsewhere: readonly UnseenBug[] = [
  {
    name: "is-ancestor-128-is-no",
    about: "any exit of git but 0 counts as the answer no, that it lacks a commit as well",
    file: "packages/git/src/store.ts",
    find: `if (result.ended === "exit" && result.status === 1) return "no";`,
    replace: `if (result.ended === "exit") return "no";`,
    invariant: "history.no-rewrite",
    because: "the simulated Git has no exit codes; what follows from its answer is `missing-ancestor-descends`",
    caughtBy: "packages/git/src/store.test.ts",
  },
  {
    name: "prune-from-a-partial-list",
    about: "a list ends with its first page",
    file: "packages/kube/src/list-all.ts",
    find: `if (token === "") return { objects, resourceVersion: version };`,
    replace: "return { objects, resourceVersion: version };",
    invariant: "prune.not-named",
    because: "a page holds 500 objects, more than a simulated world has of a kind; no prune begins from a list",
    caughtBy: "packages/kube/src/list-watch.test.ts",
  },
  {
    name: "unsure-is-gone",
    about: "a kind whose group answers in part counts as defined no more, and its objects leave the inventory",
    file: "services/applier/src/prune/look-at-absent.ts",
    find: `kindGone: kind === "gone"`,
    replace: `kindGone: kind !== "served"`,
    invariant: "prune.discovered",
    because: "discovery of the simulated cluster is whole or not there at all",
    caughtBy: "services/applier/src/prune/look-at-absent.test.ts",
  },
  {
    name: "request-body-in-an-error",
    about: "what the server says of a refused Secret, which may repeat its values, is told",
    file: "packages/kube/src/object-calls.ts",
    find: "throw error.withoutValues();",
    replace: "throw error;",
    invariant: "told.no-secret",
    because: "errors, logs and traces of a simulated process are not searched for secrets",
    caughtBy: "packages/kube/src/kube-errors.test.ts",
  },
  {
    name: "output-of-a-failed-program-used",
    about: "what a tool wrote before it failed counts as its output",
    file: "packages/render/src/sandbox/run-tool.ts",
    find: "if (refusal !== undefined) {",
    replace: "if (refusal !== undefined && size === 0) {",
    invariant: "write.whole-renders",
    because: "no program runs in a simulated renderer; the same of a file is `partial-output-used`",
    caughtBy: "packages/render/src/judge-program.test.ts",
  },
  {
    name: "temp-files-kept",
    about: "the folder of a tool stays when it was stopped",
    file: "packages/render/src/sandbox/run-tool.ts",
    find: "using folder = scratch.fresh();",
    replace: "const folder = scratch.fresh();",
    invariant: "fault.local",
    because: "no program runs in a simulated renderer, and no file is written",
    caughtBy: "packages/render/src/render-kustomize.test.ts",
  },
  {
    name: "statement-not-verified",
    about: "what a desired says of its origin is believed",
    file: "services/applier/src/core/admission.ts",
    find: "if (fault === undefined || !writes(fact, app)) return undefined;",
    replace: "if (!isOther || !writes(fact, app)) return undefined;",
    invariant: "history.lineage",
    because: "nobody forges a fact in the simulated world",
    caughtBy: "services/applier/src/core/admission.test.ts",
  },
];
