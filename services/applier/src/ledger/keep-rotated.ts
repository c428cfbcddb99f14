import { LeaseLost } from "../write/write-refused.ts";
import { rotateChain } from "./rotate-chain.ts";
import type { RotateDeps, RotationState } from "./rotate-chain.ts";

/** Rotates one chain, one step at a time whoever asks. */
export interface Rotation {
  /** Steps until the ledger is below the threshold; resolves to why a step failed, undefined if none did. Never throws. */
  run(): Promise<string | undefined>;
}

/** What one call does at most: the next one goes on. */
const STEPS = 16;

/** The rotation of one chain; a failure is logged when it changes. */
export const createRotation = (deps: RotateDeps, signal: AbortSignal): Rotation => {
  let running: Promise<string | undefined> | undefined;
  let told: string | undefined;
  const state: RotationState = {};
  const steps = async (): Promise<string | undefined> => {
    try {
      for (let step = 0; step < STEPS && deps.lease.live(); step += 1)
        if (!(await rotateChain(deps, signal, state))) break;
      told = undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (signal.aborted || deps.tenure.aborted || error instanceof LeaseLost) return why;
      if (told !== why)
        deps.log.error("a ledger chain could not be rotated: at 90 % nothing more is applied", {
          chain: `hub.${deps.partition}`,
          folder: deps.exporter?.folder ?? "",
          error,
        });
      told = why;
    }
    return told;
  };
  return {
    run: () => {
      // Who asks while a failed step is tried again is told of the failure, and waits for nothing that may hang again.
      if (running !== undefined && told !== undefined) return Promise.resolve(told);
      running ??= steps().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
};
