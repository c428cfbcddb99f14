import { readDeclarations } from "@evenkeel/artifacts";
import { createListeners } from "@evenkeel/async";
import { buckets, FLEET_SOURCE } from "@evenkeel/contracts";
import { emptyDeclarationSet } from "@evenkeel/declarations";
import type { DeclarationSet } from "@evenkeel/declarations";

import type { Deps } from "../deps.ts";

/** The declaration set under the accepted fleet tip, as this replica sees it. */
export interface FleetView {
  readonly set: () => DeclarationSet;
  /** Calls back at each new set until the signal ends; not for the one that is there. */
  readonly onChange: (listener: () => void, signal: AbortSignal) => void;
}

/** Follows the fleet tip; returns once the first set, if there is one, is loaded. */
export const viewFleet = async (deps: Deps, signal: AbortSignal): Promise<FleetView> => {
  const { bus, clock, telemetry } = deps;
  const listeners = createListeners();
  let current = emptyDeclarationSet;
  let wanted = "";
  let loading: Promise<void> = Promise.resolve();

  const load = async (digest: string): Promise<void> => {
    while (digest === wanted && !signal.aborted) {
      try {
        const set = await readDeclarations(deps.artifacts, digest, signal);
        if (digest !== wanted) return;
        if (set !== undefined) {
          current = set;
          listeners.tell();
          return;
        }
        telemetry.log.warn("declaration set is not stored yet", { digest });
      } catch (error) {
        if (signal.aborted) return;
        telemetry.log.warn("declaration set cannot be read", { digest, error });
      }
      await clock.sleep(1000, signal).catch(() => {});
    }
  };

  await bus.state(buckets.tip).watch(
    { source: FLEET_SOURCE },
    {
      onEntry: ({ value }) => {
        if (value === undefined) return;
        if (value.declarationsDigest === wanted) {
          // What waits for the fleet to be proved wakes from this.
          listeners.tell();
          return;
        }
        wanted = value.declarationsDigest;
        loading = load(wanted);
      },
    },
    signal,
  );
  const patience = new AbortController();
  const waited = clock.sleep(5000, AbortSignal.any([signal, patience.signal])).catch(() => {});
  await Promise.race([loading, waited]);
  patience.abort();
  return {
    set: () => current,
    onChange: (listener, until) => void listeners.add(listener, until),
  };
};
