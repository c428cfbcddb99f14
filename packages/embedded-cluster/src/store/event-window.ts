import type { StoreEvent } from "./store.ts";

/** The newest events of a cluster, oldest first, up to a limit. */
export interface EventWindow {
  readonly push: (event: StoreEvent) => void;
  /** All events after this resourceVersion that `wanted` takes; the caller has checked that the window reaches back. */
  readonly after: (resourceVersion: number, wanted: (event: StoreEvent) => boolean) => readonly StoreEvent[];
  /** Lowest resourceVersion after which nothing is missing. */
  readonly oldest: () => number;
  /** Forgets all; `resourceVersion` is the newest one. */
  readonly clear: (resourceVersion: number) => void;
}

/** A window of at most `limit` events. */
export const eventWindow = (limit: number): EventWindow => {
  let events: StoreEvent[] = [];
  let oldest = 0;
  const firstAfter = (resourceVersion: number): number => {
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((events[middle]?.resourceVersion ?? 0) > resourceVersion) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    push: (event) => {
      events.push(event);
      // Cut a quarter at a time: a shift per event would move the whole array, and what is kept longer costs memory.
      if (events.length >= limit + Math.ceil(limit / 4)) {
        oldest = events[events.length - limit - 1]?.resourceVersion ?? oldest;
        events = events.slice(-limit);
      }
    },
    after: (resourceVersion, wanted) => events.slice(firstAfter(resourceVersion)).filter(wanted),
    oldest: () => oldest,
    clear: (resourceVersion) => {
      events = [];
      oldest = resourceVersion;
    },
  };
};
