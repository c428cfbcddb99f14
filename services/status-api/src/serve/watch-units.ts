import { createBell } from "@evenkeel/async";
import type { WatchUnitsRequest, WatchUnitsResponse } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";

import type { ChangeFeed, UnitChange } from "../follow/change-feed.ts";
import { passes } from "./list-units.ts";
import type { Projection } from "../follow/projection.ts";
import { exhausted } from "./status-error.ts";

const HEARTBEAT_MS = 30_000;
const MOST_WAITING = 10_000;
const MOST_WATCHERS = 500;

export interface WatchDeps {
  readonly projection: Projection;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  /** Ends all streams: the server is going away. */
  readonly signal: AbortSignal;
}

const changeEvent = ({ key, sequence, status }: UnitChange): WatchUnitsResponse => {
  const [cluster = "", app = ""] = key.split("\0");
  return status === undefined
    ? { event: { $case: "removed", value: { cluster, app, appUid: "" } }, sequence }
    : { event: { $case: "unit", value: status }, sequence };
};

/** A snapshot, `snapshot_complete`, then changes in order; a heartbeat after 30 s of silence. A reader that falls 10,000
 *  changes behind is closed: nothing is dropped in silence. */
export const watchUnits = ({ clock, feed, projection, signal }: WatchDeps) => {
  let watchers = 0;
  return async function* (
    request: WatchUnitsRequest,
    context: { signal: AbortSignal },
  ): AsyncIterable<WatchUnitsResponse> {
    if (watchers >= MOST_WATCHERS) throw exhausted("TOO_MANY_WATCHERS", "too many watch streams are open");
    watchers += 1;
    const waiting: UnitChange[] = [];
    const changed = createBell();
    using _subscription = feed.subscribe((change) => {
      if (!passes(change.key, request)) return;
      waiting.push(change);
      changed.ring();
    });
    try {
      const sequence = feed.sequence;
      for (const key of projection.keys().filter((unit) => passes(unit, request))) {
        const status = projection.status(key);
        if (status !== undefined) yield { event: { $case: "unit", value: status }, sequence };
      }
      yield { event: { $case: "snapshotComplete", value: true }, sequence };
      const end = AbortSignal.any([signal, context.signal]);
      while (!end.aborted) {
        if (waiting.length > MOST_WAITING) throw exhausted("READER_TOO_SLOW", "the reader fell too far behind");
        const changes = waiting.splice(0);
        for (const change of changes) yield changeEvent(change);
        if (changes.length > 0 || waiting.length > 0) continue;
        const isChanged = await changed
          .heardWithin(HEARTBEAT_MS, (ms, until) => clock.sleep(ms, until), end)
          .catch(() => true);
        if (!isChanged) {
          yield { event: { $case: "heartbeat", value: clock.now() }, sequence: feed.sequence };
        }
      }
    } finally {
      watchers -= 1;
    }
  };
};
