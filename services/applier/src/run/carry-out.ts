import type { Order } from "@evenkeel/apply";
import type { Reason } from "@evenkeel/words";

/** Why an object could not be written, and whether another try may succeed without a change in Git. */
export interface StepFailure {
  readonly reason: Reason;
  readonly again: boolean;
  /** Names of the webhooks and policies that refused it, or that did not answer. */
  readonly refusedBy?: readonly string[];
  /** Whoever answers is at fault, not the object: nothing else need be tried. */
  readonly ends?: boolean;
}

/** What became of one object of a plan. `stored`: it failed, and is on the cluster all the same. `stopped`: not tried, since the run was told to stop. */
export type StepResult<T> =
  | { readonly kind: "done"; readonly value: T }
  | ({ readonly kind: "failed"; readonly stored?: T | undefined } & StepFailure)
  | { readonly kind: "stopped" }
  | { readonly kind: "not-tried" };

/** What was stopped is looked at again so soon: a lease that is not sure is read again within that time. */
export const AFTER_STOP_MS = 1_000;

/** Steps that go in spite of what they wait for. */
export interface OutOfTurn<T> {
  /** Before all others, whether they succeed or not. */
  readonly first?: readonly number[];
  /** Asked when nothing else can go, with the results so far. */
  readonly whenStuck?: (results: readonly StepResult<T>[]) => readonly number[];
}

/** What is on the cluster stays known, whatever another try came to. */
const withStored = <T>(before: StepResult<T> | undefined, now: StepResult<T>): StepResult<T> => {
  if (before?.kind !== "failed" || before.stored === undefined || now.kind === "done") return now;
  return now.kind === "failed" ? { ...now, stored: now.stored ?? before.stored } : before;
};

/** The steps of an order: which may begin, by what was done. */
const readiness = (order: Order) => {
  const waitsFor = order.after.map((before) => before.length);
  const unblocks: number[][] = order.after.map(() => []);
  order.after.forEach((before, index) => before.forEach((each) => unblocks[each]?.push(index)));
  /** Counts a step as done; gives the objects that may begin now. Barriers are done once all before them are. */
  const finish = (index: number): readonly number[] =>
    (unblocks[index] ?? []).flatMap((next) => {
      const left = (waitsFor[next] ?? 0) - 1;
      waitsFor[next] = left;
      if (left > 0) return [];
      return next < order.objects ? [next] : finish(next);
    });
  const free = waitsFor.flatMap((count, index) => (count > 0 ? [] : index < order.objects ? [index] : finish(index)));
  return { free, finish };
};

/**
 * Runs the objects of an order, each after what it waits for, as many at once as `limit`. One that fails keeps back only
 * what waits for it; once nothing else can go, it is tried again if another has succeeded since, for its cause may have
 * lain there. After a stop, or a failure that ends all, no other is begun; what is on its way is finished. `step` is given
 * what an earlier try of it has stored all the same, which a later one that stores nothing does not undo. It must not throw.
 */
export const carryOut = async <T>(
  order: Order,
  limit: number,
  step: (index: number, stored: T | undefined) => Promise<StepResult<T>>,
  { first = [], whenStuck = () => [] }: OutOfTurn<T> = {},
): Promise<readonly StepResult<T>[]> => {
  const results: StepResult<T>[] = Array.from({ length: order.objects }, () => ({ kind: "not-tried" }));
  const { free, finish } = readiness(order);
  const begun = new Set<number>();
  const running = new Set<Promise<void>>();
  const failedAt = new Map<number, number>();
  let ready: number[] = [...first];
  let done = 0;
  let stopped = false;

  const begin = (index: number): void => {
    const before = results[index];
    const stored = before?.kind === "failed" ? before.stored : undefined;
    const run = step(index, stored).then((result) => {
      results[index] = withStored(before, result);
      running.delete(run);
      if (result.kind === "done") {
        done += 1;
        failedAt.delete(index);
        ready.push(...finish(index));
      } else if (result.kind === "failed") {
        failedAt.set(index, done);
        stopped ||= result.ends === true;
      } else stopped = true;
    });
    run.catch(() => undefined); // the first that throws ends all: those after it are nobody's to hear
    running.add(run);
  };
  const drain = async (): Promise<void> => {
    for (;;) {
      while (!stopped && ready.length > 0 && running.size < limit) {
        const index = ready.shift() ?? 0;
        if (begun.has(index)) continue;
        begun.add(index);
        begin(index);
      }
      if (running.size === 0) return;
      await Promise.race(running);
    }
  };
  /** Failed steps since whose failure another has succeeded, and that time alone may heal. */
  const worthAnotherTry = (): number[] =>
    [...failedAt].flatMap(([index, at]) => {
      const result = results[index];
      return at < done && result?.kind === "failed" && result.again ? [index] : [];
    });

  await drain();
  ready = [...ready, ...free];
  for (;;) {
    await drain();
    if (stopped) return results;
    const again = worthAnotherTry();
    for (const index of again) begun.delete(index);
    ready = again.length > 0 ? again : whenStuck(results).filter((index) => !begun.has(index));
    if (ready.length === 0) return results;
  }
};
