import type { ApplyPlan } from "@evenkeel/apply";
import { expect, test } from "vitest";

import type { StepResult } from "../run/carry-out.ts";
import type { Run } from "../run/admit.ts";
import type { Written } from "../write/write-object.ts";
import { pruneAbsent } from "./prune-absent.ts";
import { nothingPruned } from "./prune-unit.ts";

const refOf = (name: string) => ({ group: "", kind: "ConfigMap", namespace: "shop", name });
const plan = { steps: [], absent: [{ ref: refOf("gone"), uid: "u1", desired: "d", absentSince: new Date(0) }] };
const refused = { code: "ApiUnavailable", message: "m", remedy: "r" } as const;
const failed: StepResult<Written> = { kind: "failed", reason: refused, again: true };

/** A run that says when it begins to look at what could be pruned, and ends there. */
const begin = (unanchored?: object) => {
  const { signal } = new AbortController();
  const looks = (): never => {
    throw new Error("it is looked at");
  };
  return { unanchored, signal, deps: { clock: { monotonic: looks } }, fact: { unit: {} } } as unknown as Run;
};
const pruned = (run: Run, ...results: readonly StepResult<Written>[]) =>
  pruneAbsent(run, plan as unknown as ApplyPlan, { results, items: [], stored: run.inventory, ledger: undefined });

test.each<[string, Run, readonly StepResult<Written>[]]>([
  ["an object could not be written", begin(), [failed]],
  ["one was not tried", begin(), [{ kind: "not-tried" }]],
  ["the run was stopped", begin(), [{ kind: "stopped" }]],
  ["the anchor cannot be written", begin({}), []],
])("nothing that left Git is pruned where %s", async (_title, run, results) => {
  expect((await pruned(run, ...results)).pruned).toBe(nothingPruned);
});

test("once all is written it is looked at", async () => {
  await expect(pruned(begin())).rejects.toThrow("it is looked at");
});
