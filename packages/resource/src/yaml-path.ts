import { EVENT_ID, getScalarValue } from "js-yaml";
import type { Event } from "js-yaml";

import type { Position } from "./manifest-refused.ts";
import { skipNode, startOf } from "./yaml-position.ts";

/** The way to a value inside a document: member names and item numbers. */
export type ValuePath = readonly (string | number)[];

interface EventText {
  readonly text: string;
  readonly events: readonly Event[];
}

/**
 * The place of the value at `path` (or of its key) in the document whose root node is event `root`; where the path ends
 * early or runs through an alias or a merge, the place of the last node that is written on the way.
 */
export const findPosition = (
  source: EventText & { readonly positionAt: (offset: number) => Position },
  root: number,
  path: ValuePath,
  part: "key" | "value",
): Position => {
  let node = root;
  let offset = offsetOf(source.events, root, 0);
  for (const [depth, step] of path.entries()) {
    const entry = findEntry(source, node, step);
    if (entry === undefined) break;
    const last = depth === path.length - 1;
    offset = offsetOf(
      source.events,
      last && part === "key" ? entry.key : entry.value,
      offsetOf(source.events, entry.key, offset),
    );
    node = entry.value;
  }
  return source.positionAt(offset);
};

/** The places of all items of the sequence at `path`; none if there is no sequence. */
export const findItemPositions = (
  source: EventText & { readonly positionAt: (offset: number) => Position },
  root: number,
  path: ValuePath,
): readonly Position[] => {
  const { events } = source;
  let node = root;
  for (const step of path) node = findEntry(source, node, step)?.value ?? events.length;
  if (events[node]?.type !== EVENT_ID.SEQUENCE) return [];
  const places: Position[] = [];
  const start = offsetOf(events, node, 0);
  for (let at = node + 1; events[at] !== undefined && events[at]?.type !== EVENT_ID.POP; at = skipNode(events, at)) {
    places.push(source.positionAt(offsetOf(events, at, start)));
  }
  return places;
};

const offsetOf = (events: readonly Event[], index: number, otherwise: number): number => {
  const event = events[index];
  const start = event === undefined ? -1 : startOf(event);
  return start < 0 ? otherwise : start;
};

const findEntry = (
  { text, events }: EventText,
  node: number,
  step: string | number,
): { readonly key: number; readonly value: number } | undefined => {
  const event = events[node];
  let at = node + 1;
  if (event?.type === EVENT_ID.SEQUENCE) {
    for (let item = 0; events[at] !== undefined && events[at]?.type !== EVENT_ID.POP; item++) {
      if (item === Number(step)) return { key: at, value: at };
      at = skipNode(events, at);
    }
    return undefined;
  }
  if (event?.type !== EVENT_ID.MAPPING) return undefined;
  while (events[at] !== undefined && events[at]?.type !== EVENT_ID.POP) {
    const key = events[at];
    const value = skipNode(events, at);
    if (key?.type === EVENT_ID.SCALAR && getScalarValue(text, key) === String(step)) return { key: at, value };
    at = skipNode(events, value);
  }
  return undefined;
};

/** The path of an event for a message: `spec.ports[0].port`, `document` for a root. */
export const pathOfEvent = ({ text, events }: EventText, index: number): string => {
  let at = index;
  while (at > 0 && events[at]?.type !== EVENT_ID.DOCUMENT) at--;
  let node = at + 1;
  let path = "";
  while (node < index) {
    const isMap = events[node]?.type === EVENT_ID.MAPPING;
    let child = node + 1;
    for (let item = 0; child <= index; item++) {
      const value = isMap ? skipNode(events, child) : child;
      const end = skipNode(events, value);
      if (index < end) {
        const key = events[child];
        const name = key?.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : "?";
        path += isMap ? `${path === "" ? "" : "."}${name}` : `[${item}]`;
        if (index < value) return path;
        child = value;
        break;
      }
      child = end;
    }
    node = child;
  }
  return path === "" ? "document" : path;
};
