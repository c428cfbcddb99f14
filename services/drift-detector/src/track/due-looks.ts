import type { Clock } from "../clock.ts";

/** Looks that are due at a time: one timer for all of them. */
export interface DueLooks<T> {
  /** Looks at `what` in `ms`, in place of an earlier wish. */
  set(what: T, ms: number): void;
  cancel(what: T): void;
}

/** `look` must not throw. All waits end with the signal. */
export const createDueLooks = <T>(
  clock: Pick<Clock, "monotonic" | "sleep">,
  look: (what: T) => void,
  signal: AbortSignal,
): DueLooks<T> => {
  const due = new Map<T, number>();
  let armed: { readonly at: number; readonly sleep: AbortController } | undefined;

  const fire = (): void => {
    armed = undefined;
    const now = clock.monotonic();
    const ready = [...due].filter(([, at]) => at <= now).map(([what]) => what);
    for (const what of ready) due.delete(what);
    for (const what of ready) look(what);
    arm();
  };
  const arm = (): void => {
    const at = Math.min(...due.values());
    if (!Number.isFinite(at) || (armed !== undefined && armed.at <= at)) return;
    armed?.sleep.abort();
    const sleep = new AbortController();
    armed = { at, sleep };
    const ms = Math.max(1, Math.ceil(at - clock.monotonic()));
    clock.sleep(ms, AbortSignal.any([signal, sleep.signal])).then(fire, () => undefined);
  };
  return {
    set: (what, ms) => {
      due.set(what, clock.monotonic() + ms);
      arm();
    },
    cancel: (what) => void due.delete(what),
  };
};
