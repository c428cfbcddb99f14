import { EVENT_ID } from "js-yaml";
import type { Event } from "js-yaml";

import type { Position } from "./manifest-refused.ts";

/** The places of offsets in one text; its lines are counted at the first question. */
export const positions = (text: string): ((offset: number) => Position) => {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
};

const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
};

/** Where a node begins in the text; -1 for the end of a collection and for a value that is not written. */
export const startOf = (event: Event): number => {
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      // Of a quoted scalar the event gives the inside.
      const quoted = event.style === 2 || event.style === 3 ? 1 : 0;
      return event.valueStart < 0 ? firstSet(event.tagStart, event.anchorStart) : event.valueStart - quoted;
    }
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
      return -1;
  }
};

const firstSet = (...offsets: number[]): number => offsets.find((offset) => offset >= 0) ?? -1;

/** The index of the event after the node that begins at `index`. */
export const skipNode = (events: readonly Event[], index: number): number => {
  let depth = 0;
  let at = index;
  do {
    const type = events[at]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE || type === EVENT_ID.DOCUMENT) depth++;
    else if (type === EVENT_ID.POP) depth--;
    at++;
  } while (depth > 0 && at < events.length);
  return at;
};
