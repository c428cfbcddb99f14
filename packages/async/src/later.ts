import type { Sleep } from "./bell.ts";

/** What is due later, one time a key. */
export interface Later<K> {
  /** Due in `ms`, in place of an earlier wish. */
  set(key: K, ms: number): void;
  cancel(key: K): void;
  /** Makes all that waits and for which `when` holds due now. */
  wake(when: (key: K) => boolean): void;
}

interface LaterClock {
  monotonic(): number;
  readonly sleep: Sleep;
}

/** One timer for all of them. `act` must not throw. All waits end with the signal. */
export const createLater = <K>(clock: LaterClock, act: (key: K) => void, signal: AbortSignal): Later<K> => {
  const due = new Map<K, number>();
  let armed: { readonly at: number; readonly over: AbortController } | undefined;

  const take = (keys: readonly K[]): void => {
    for (const key of keys) due.delete(key);
    for (const key of keys) act(key);
  };
  const fire = (until: number): void => {
    armed = undefined;
    const now = Math.max(until, clock.monotonic()); // a timer may be a little early
    take([...due].flatMap(([key, at]) => (at <= now ? [key] : [])));
    let next = Infinity;
    for (const at of due.values()) next = Math.min(next, at);
    if (next !== Infinity) arm(next);
  };
  /** At the latest then; what was due earlier and is not any more costs one look at the rest. */
  const arm = (at: number): void => {
    if (armed !== undefined && armed.at <= at) return;
    armed?.over.abort();
    const over = new AbortController();
    armed = { at, over };
    const ms = Math.max(1, Math.ceil(at - clock.monotonic()));
    clock.sleep(ms, AbortSignal.any([signal, over.signal])).then(
      () => fire(at),
      () => undefined,
    );
  };
  return {
    set: (key, ms) => {
      const at = clock.monotonic() + ms;
      due.set(key, at);
      arm(at);
    },
    cancel: (key) => void due.delete(key),
    wake: (when) => take([...due.keys()].filter(when)),
  };
};
