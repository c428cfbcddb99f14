import { buckets } from "@evenkeel/contracts";
import type { ServiceName } from "@evenkeel/contracts";
import { startDeadline } from "@evenkeel/machine";

import { bucketStream } from "../topology/buckets.ts";
import { openOwnState, openState } from "../state/open-state.ts";
import type { Wire } from "./wire.ts";

/**
 * On one replica the server acknowledges what Git and the clusters can bring back before it is on disk. A start without
 * the mark that the last end left means that such writes may be lost: every durable is delivered from the first message.
 */
export interface CleanEnd {
  /** True for the first time a durable is asked for, if the last process of this instance did not end by `mark`. */
  mustReplay(durable: string): Promise<boolean>;
  mark(): Promise<void>;
}

export const openCleanEnd = (wire: Wire, service: ServiceName, instance: string): CleanEnd => {
  const key = { service, instance };
  const writers: readonly string[] = buckets.cleanEnd.writers;
  const matters = wire.singleReplica && writers.includes(service);
  const replayed = new Set<string>();
  let answer: Promise<boolean> | undefined;
  const ask = async (): Promise<boolean> => {
    const found = await openState(wire, buckets.cleanEnd).get(key);
    if (found?.value === undefined) {
      wire.log.info("last end was not clean, everything is delivered again", { stream: bucketStream("status") });
      return true;
    }
    await openOwnState(wire, service, buckets.cleanEnd).delete(key);
    return false;
  };
  return {
    async mustReplay(durable) {
      if (!matters || replayed.has(durable)) return false;
      replayed.add(durable);
      return (answer ??= ask());
    },
    async mark() {
      // Who asked for nothing has worked on nothing: it may be one that was refused beside the live one.
      if (!matters || answer === undefined || wire.nc.isClosed()) return;
      using deadline = startDeadline(wire.clock, 2000);
      await openOwnState(wire, service, buckets.cleanEnd)
        .put(key, new Uint8Array(), deadline.signal)
        .catch(() => {});
    },
  };
};
