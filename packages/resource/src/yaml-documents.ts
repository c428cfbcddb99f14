import { EVENT_ID } from "js-yaml";
import type { Event } from "js-yaml";

import { startOf } from "./yaml-position.ts";
import { refuseLimit } from "./yaml-source.ts";
import type { YamlSource } from "./yaml-source.ts";

/** Where the first and the last node of one document that is written begins and ends; `root` is its root's event. */
interface Extent {
  readonly root: number;
  readonly start: number;
  readonly end: number;
}

/** Of each document that is not empty: what is between documents (comments, markers) belongs to none. */
const extentsOf = (events: readonly Event[]): readonly Extent[] => {
  const extents: Extent[] = [];
  let root = -1;
  let start = -1;
  let end = -1;
  const close = (): void => {
    if (start >= 0) extents.push({ root, start, end });
  };
  for (const [index, event] of events.entries()) {
    if (event.type === EVENT_ID.DOCUMENT) {
      close();
      [root, start, end] = [index + 1, -1, -1];
      continue;
    }
    const from = startOf(event);
    if (from < 0) continue;
    if (start < 0) start = from;
    end = Math.max(end, endOf(event, from));
  }
  close();
  return extents;
};

const endOf = (event: Event, start: number): number =>
  event.type === EVENT_ID.SCALAR
    ? Math.max(event.valueEnd, start)
    : event.type === EVENT_ID.ALIAS
      ? event.anchorEnd
      : start;

/** Throws `LimitExceeded` at the first document that is longer than one may be, however long the file is. */
export const refuseLongDocuments = (source: YamlSource): void => {
  const { text, events, limits } = source;
  for (const { root, start, end } of extentsOf(events)) {
    // A UTF-16 unit is three bytes at most.
    if ((end - start) * 3 <= limits.documentBytes) continue;
    const bytes = new TextEncoder().encode(text.slice(start, end)).length;
    if (bytes > limits.documentBytes) {
      throw refuseLimit(source, root, "size of one document in bytes", limits.documentBytes, bytes);
    }
  }
};
