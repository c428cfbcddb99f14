import { createListeners } from "@evenkeel/async";
import { UnitStatus } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";

import type { Projection } from "./projection.ts";

/** One change of one unit; `status` undefined: it is gone. */
export interface UnitChange {
  readonly key: string;
  readonly status: UnitStatus | undefined;
  readonly sequence: bigint;
}

/** Tells watchers what really changed, with a sequence that rises. */
export interface ChangeFeed {
  readonly sequence: bigint;
  subscribe(listener: (change: UnitChange) => void): Disposable;
}

// Facts come in bursts, and one plan touches every unit of its source: statuses are worked out once a burst.
const BURST_MS = 20;

/** Works out changes while anybody watches, and nothing otherwise. */
export const startChangeFeed = (
  projection: Projection,
  clock: Clock,
  { log }: Telemetry,
  signal: AbortSignal,
): ChangeFeed => {
  const listeners = createListeners<[UnitChange]>();
  const dirty = new Set<string>();
  // Statuses as last told, encoded: what is equal to them is not told again.
  const told = new Map<string, string>();
  let sequence = 0n;
  let flushing = false;

  const encode = (key: string): [UnitStatus | undefined, string] => {
    const status = projection.status(key);
    const bytes = status === undefined ? undefined : UnitStatus.encode(status).finish();
    return [status, bytes === undefined ? "" : Buffer.from(bytes).toString("latin1")];
  };
  const flush = (): void => {
    for (const key of dirty) {
      const [status, encoded] = encode(key);
      if ((told.get(key) ?? "") === encoded) continue;
      if (status === undefined) told.delete(key);
      else told.set(key, encoded);
      sequence += 1n;
      listeners.tell({ key, status, sequence });
    }
    dirty.clear();
  };
  const flushSoon = async (): Promise<void> => {
    flushing = true;
    try {
      await clock.sleep(BURST_MS, signal);
      flush();
    } finally {
      flushing = false;
    }
  };
  projection.onDirty((keys) => {
    if (listeners.size === 0) return;
    for (const key of keys) dirty.add(key);
    if (flushing || dirty.size === 0) return;
    flushSoon().catch((error: unknown) => {
      if (!signal.aborted) log.error("changes were not told", { error });
    });
  });
  return {
    get sequence() {
      return sequence;
    },
    subscribe(listener) {
      if (listeners.size === 0) {
        told.clear();
        dirty.clear();
        for (const key of projection.keys()) told.set(key, encode(key)[1]);
      } else flush();
      return listeners.add(listener);
    },
  };
};
