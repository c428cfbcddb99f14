import { COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE } from "js-yaml";
import type { AliasEvent, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";

import type { Json } from "./json.ts";
import { countCost } from "./yaml-cost.ts";
import type { YamlSize } from "./yaml-cost.ts";
import { awaitsKey, closeMap, notAString, openMap, takeKey, takeMergeKey, takeValue } from "./yaml-map.ts";
import type { OpenMap } from "./yaml-map.ts";
import type { ScalarReader } from "./yaml-read-scalar.ts";
import { refuseAt, refuseLimit } from "./yaml-source.ts";
import type { YamlSource } from "./yaml-source.ts";

interface OpenList {
  readonly kind: "document" | "sequence";
  readonly event: number;
  readonly items: Json[];
}
type OpenNode = OpenMap | OpenList;

/** What an alias stands for; `value` is undefined as long as the anchored node is open, so that a cycle is seen. */
interface Anchor {
  value: Json | undefined;
  size: YamlSize;
}

const isUnwritten = ({ valueStart, tagStart, anchorStart }: ScalarEvent): boolean =>
  valueStart < 0 && tagStart < 0 && anchorStart < 0;

export interface ConstructedDocument {
  readonly value: Json;
  /** Index of the event of the root node. */
  readonly root: number;
}

/**
 * Builds the documents of a flat event list without recursion: null-prototype objects, aliases shared, costs counted
 * before anything is expanded. Throws ManifestRefused.
 */
export const construct = (source: YamlSource, reader: ScalarReader): readonly ConstructedDocument[] => {
  const documents: ConstructedDocument[] = [];
  const cost = countCost(source);
  const open: OpenNode[] = [];
  const openAnchors = new Map<OpenNode, Anchor>();
  let anchors = new Map<string, Anchor>();
  let top: OpenNode = { kind: "document", event: 0, items: [] };

  const place = (value: Json, index: number): void => {
    if (top.kind !== "map") top.items.push(value);
    else if (!awaitsKey(top)) takeValue(source, top, value, index);
    else if (typeof value === "string") takeKey(source, top, value, index);
    else throw notAString(source, index);
  };

  const keepAnchor = (event: ScalarEvent | MappingEvent | SequenceEvent, anchor: Anchor): void => {
    anchors.set(source.text.slice(event.anchorStart, event.anchorEnd), anchor);
  };

  const readScalar = (event: ScalarEvent, index: number): void => {
    const chars = event.valueEnd - event.valueStart;
    cost.addNode(index, chars);
    if (event.style === SCALAR_STYLE.PLAIN && isInFlow()) refuseQuestionMark(event, index);
    const isKey = top.kind === "map" && awaitsKey(top);
    if (isKey && reader.isMerge(event)) {
      takeMergeKey(source, top as OpenMap, index);
      return;
    }
    const value = isKey
      ? reader.readKey(event, index)
      : isUnwritten(event) && isInFlow()
        ? reader.readNothing(index)
        : reader.readValue(event, index);
    if (event.anchorStart >= 0) keepAnchor(event, { value, size: { nodes: 1, chars } });
    place(value, index);
  };

  const isInFlow = (): boolean => {
    const parent = source.events[top.event];
    return parent !== undefined && "style" in parent && parent.style === COLLECTION_STYLE.FLOW;
  };

  /** Go's readers take any `?` between brackets for the sign of a key: they fail, or read a map. */
  const refuseQuestionMark = (event: ScalarEvent, index: number): void => {
    if (event.valueStart < 0 || !source.text.slice(event.valueStart, event.valueEnd).includes("?")) return;
    throw refuseAt(source, index, "YamlRefused", "a ? in a plain scalar between brackets", "put the scalar in quotes");
  };

  const openCollection = (event: MappingEvent | SequenceEvent, index: number): void => {
    if (top.kind === "map" && awaitsKey(top)) throw notAString(source, index);
    const before = cost.size();
    cost.addNode(index, 0);
    open.push(top);
    const { depth } = source.limits;
    if (open.length > depth) throw refuseLimit(source, index, "depth of nesting", depth, open.length);
    if (event.type === EVENT_ID.MAPPING) {
      reader.checkCollectionTag(event, "map", index);
      top = openMap(index);
    } else {
      reader.checkCollectionTag(event, "seq", index);
      top = { kind: "sequence", event: index, items: [] };
    }
    if (event.anchorStart < 0) return;
    const anchor: Anchor = { value: undefined, size: before };
    openAnchors.set(top, anchor);
    keepAnchor(event, anchor);
  };

  const readAlias = (event: AliasEvent, index: number): void => {
    const name = source.text.slice(event.anchorStart, event.anchorEnd);
    const anchor = anchors.get(name);
    if (anchor?.value === undefined) {
      const problem =
        anchor === undefined
          ? "an alias without an anchor before it"
          : "an alias that makes a cycle: it is in its own anchor";
      throw refuseAt(source, index, "YamlRefused", problem, "write the value out, in quotes if it begins with *");
    }
    cost.addAlias(index, anchor.size);
    place(anchor.value, index);
  };

  const closeCollection = (): void => {
    const done = top;
    if (done.kind === "document") {
      documents.push({ value: done.items[0] ?? null, root: done.event + 1 });
      return;
    }
    const value = done.kind === "map" ? closeMap(done, cost) : done.items;
    const anchor = openAnchors.get(done);
    if (anchor !== undefined) {
      const { nodes, chars } = cost.size();
      anchor.value = value;
      anchor.size = { nodes: nodes - anchor.size.nodes, chars: chars - anchor.size.chars };
      openAnchors.delete(done);
    }
    top = open.pop() ?? top;
    place(value, done.event);
  };

  for (const [index, event] of source.events.entries()) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        cost.startDocument();
        anchors = new Map();
        top = { kind: "document", event: index, items: [] };
        break;
      case EVENT_ID.SCALAR:
        readScalar(event, index);
        break;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        openCollection(event, index);
        break;
      case EVENT_ID.ALIAS:
        readAlias(event, index);
        break;
      case EVENT_ID.POP:
        closeCollection();
        break;
    }
  }
  return documents;
};
