import type { Order } from "@evenkeel/apply";

import type { HaltReason } from "./run-halted.ts";

/** Why an object could not be written, and whether another try may succeed without a change in Git. */
export interface StepFailure {
  readonly reason: HaltReason;
  readonly again: boolean;
}

/** What became of one object of a plan. `stopped`: not tried, since the run was told to stop. */
export type StepResult<T> =
  | { readonly kind: "done"; readonly value: T }
  | ({ readonly kind: "failed" } & StepFailure)
  | { readonly kind: "stopped" }
  | { readonly kind: "not-tried" };

/**
 * Runs the objects of an order, each after what it waits for, as many at once as `limit`. After the first that does not
 * succeed no other is begun; what is on its way is finished. `step` must not throw.
 */
export const carryOut = async <T>(
  order: Order,
  limit: number,
  step: (index: number) => Promise<StepResult<T>>,
): Promise<readonly StepResult<T>[]> => {
  const results: StepResult<T>[] = Array.from({ length: order.objects }, () => ({ kind: "not-tried" }));
  const waitsFor = order.after.map((before) => before.length);
  const unblocks: number[][] = order.after.map(() => []);
  order.after.forEach((before, index) => before.forEach((each) => unblocks[each]?.push(index)));
  const ready = waitsFor.flatMap((count, index) => (count === 0 ? [index] : []));
  const running = new Set<Promise<void>>();
  let failed = false;

  const finish = (index: number): void => {
    for (const next of unblocks[index] ?? []) {
      const left = (waitsFor[next] ?? 0) - 1;
      waitsFor[next] = left;
      if (left === 0) ready.push(next);
    }
  };
  const begin = (index: number): void => {
    const run = step(index).then((result) => {
      results[index] = result;
      running.delete(run);
      if (result.kind === "done") finish(index);
      else failed = true;
    });
    running.add(run);
  };
  for (;;) {
    while (!failed && ready.length > 0 && running.size < limit) {
      const index = ready.shift() ?? 0;
      if (index >= order.objects) finish(index);
      else begin(index);
    }
    if (running.size === 0) return results;
    await Promise.race(running);
  }
};
