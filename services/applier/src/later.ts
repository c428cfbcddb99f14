import type { Clock } from "./clock.ts";

/** Looks that are due later, one a key, on the local heap: a restart finds them again by the sweep of its units. */
export interface Later {
  /** Looks at `key` in `ms`, in place of an earlier wish. */
  set(key: string, ms: number): void;
  cancel(key: string): void;
  /** Makes every waiting look for which `when` holds due now. */
  wake(when: (key: string) => boolean): void;
}

/** `look` must not throw. All waits end with the signal. */
export const createLater = (clock: Clock, look: (key: string) => void, signal: AbortSignal): Later => {
  const waiting = new Map<string, AbortController>();
  const cancel = (key: string): void => {
    waiting.get(key)?.abort();
    waiting.delete(key);
  };
  const wait = async (key: string, ms: number, controller: AbortController): Promise<void> => {
    try {
      await clock.sleep(ms, AbortSignal.any([signal, controller.signal]));
    } catch {
      return; // cancelled, woken or at the end
    }
    if (waiting.get(key) !== controller) return;
    waiting.delete(key);
    look(key);
  };
  return {
    set: (key, ms) => {
      cancel(key);
      const controller = new AbortController();
      waiting.set(key, controller);
      void wait(key, ms, controller);
    },
    cancel,
    wake: (when) => {
      for (const key of [...waiting.keys()].filter(when)) {
        cancel(key);
        look(key);
      }
    },
  };
};
