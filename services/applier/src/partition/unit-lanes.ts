import { createLanes } from "@evenkeel/async";

/** Runs of one unit one after another, also those that no message started. */
export interface UnitLanes {
  /** Runs `work` for a desired once no other run of `key` is going on; its signal ends with `signal` or by `supersede`. */
  run<T>(key: string, desired: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Tells a run over `key` that is for another desired than this newest one to stop at its next safe point. */
  supersede(key: string, newest: string): void;
  /** Resolves when no run is going on. */
  idle(): Promise<void>;
}

/** Why a run was told to stop: something newer is there for the unit. */
export class NewerDesired extends Error {
  override readonly name = "NewerDesired";
}

export const createUnitLanes = (): UnitLanes => {
  const lanes = createLanes();
  const running = new Map<string, { readonly desired: string; readonly controller: AbortController }>();
  return {
    run: (key, desired, signal, work) =>
      lanes.run(key, async () => {
        const controller = new AbortController();
        running.set(key, { desired, controller });
        try {
          return await work(AbortSignal.any([signal, controller.signal]));
        } finally {
          running.delete(key);
        }
      }),
    idle: () => lanes.idle(),
    supersede: (key, newest) => {
      const run = running.get(key);
      if (run !== undefined && run.desired !== newest)
        run.controller.abort(new NewerDesired("a newer desired is there"));
    },
  };
};
