import { parseJson } from "@evenkeel/resource";

import type { Value, ValueMap } from "../json.ts";
import type { Stored, StoreEvent } from "../store/store.ts";
import { writeJson } from "../store/write-json.ts";
import type { Call } from "./cluster-state.ts";
import { lineQueue } from "./event-queue.ts";
import type { StreamAnswer } from "./exchange.ts";
import { tooLargeVersion } from "./list.ts";
import { type ListOptions, listOptions } from "./list-options.ts";
import type { Representation } from "./media-types.ts";
import { presentObject } from "./present.ts";
import { selection } from "./selection.ts";
import { ApiRefusal, expired, plainError, statusOf } from "./status.ts";
import { apiVersionOf } from "./versions.ts";

const BOOKMARK_MS = 60_000;
/** The server ends a watch without a limit of its own between this and its double. */
const MIN_TIMEOUT_MS = 1_800_000;
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

type EventType = "ADDED" | "MODIFIED" | "DELETED";

const startVersion = (text: string): number => {
  if (text === "") return 0;
  if (!/^\d+$/.test(text)) {
    const quoted = JSON.stringify(text);
    throw plainError(`resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`);
  }
  return Number(text);
};

const bookmark = (call: Call, version: number, as: Representation, ends: boolean): ValueMap => {
  const metadata: ValueMap = { resourceVersion: String(version) };
  if (ends) metadata["annotations"] = { [INITIAL_EVENTS_END]: "true" };
  if (as === "partial") return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
  return { kind: call.kind.kind, apiVersion: apiVersionOf(call.kind.group, call.kind.version), metadata };
};

/** The change as one sees it through the selection; undefined when it is not seen. */
const seen = (event: StoreEvent, isSelected: (stored: Stored) => boolean): EventType | undefined => {
  const { object, previous, type } = event;
  if (type === "DELETED") return isSelected(object) ? "DELETED" : undefined;
  const is = isSelected(object);
  const was = previous !== undefined && isSelected(previous);
  if (is) return was ? "MODIFIED" : "ADDED";
  return was ? "DELETED" : undefined;
};

/** Whether the watch begins with what is there: asked for, or from no version in particular. */
const wantsInitial = (options: ListOptions, version: number): boolean => options.sendInitialEvents ?? version === 0;

const openWatch = (call: Call, options: ListOptions, as: Representation): StreamAnswer => {
  const { clock, random, store } = call.cluster;
  const { group, plural } = call.kind;
  const version = startVersion(options.resourceVersion);
  const isSelected = selection(call, options);
  let sentUpTo = version;
  const undo: (() => void)[] = [];
  const queue = lineQueue(() => {
    for (const step of undo.splice(0)) step();
  });
  const line = (type: string, objectJson: string): void => queue.push(`{"type":"${type}","object":${objectJson}}`);
  let told = false;
  const present = (json: string): string => {
    const text = presentObject(call, json, as, !told);
    told = true;
    return text;
  };
  const send = (type: EventType, stored: Stored): void => line(type, present(stored.json));
  const mark = (ends: boolean): void => {
    const json = writeJson(bookmark(call, sentUpTo, as, ends));
    line("BOOKMARK", as === "table" ? present(json) : json);
  };

  const onEvent = (event: StoreEvent): void => {
    if (event.resourceVersion <= sentUpTo) return;
    sentUpTo = event.resourceVersion;
    const type = seen(event, isSelected);
    if (type === undefined) return;
    // What left the selection is sent as it was when last seen, under the version of the change.
    if (type === "DELETED" && event.type !== "DELETED" && event.previous !== undefined) {
      send(type, atVersion(event.previous, event.resourceVersion));
    } else send(type, event.object);
  };

  const current = store.revision();
  if (wantsInitial(options, version)) {
    if (version > current) throw tooLargeVersion(version, current);
    for (const stored of store.list(group, plural)) if (isSelected(stored)) send("ADDED", stored);
    sentUpTo = current;
    if (options.sendInitialEvents === true && options.bookmarks) mark(true);
  } else if (options.sendInitialEvents === false && version === 0) {
    sentUpTo = current;
  } else {
    const past = store.since(group, plural, version);
    if (past === "expired") {
      const status = statusOf(expired(`too old resource version: ${version} (${store.oldest()})`));
      line("ERROR", writeJson(status as Value));
      queue.close();
      return { kind: "stream", status: 200, headers: { "content-type": "application/json" }, lines: queue };
    }
    for (const event of past) onEvent(event);
  }

  queue.limitUnread();
  undo.push(store.subscribe(group, plural, onEvent));
  const limitMs =
    options.timeoutSeconds === undefined || options.timeoutSeconds <= 0
      ? MIN_TIMEOUT_MS * (1 + random())
      : options.timeoutSeconds * 1000;
  const limit = clock.after(limitMs, () => queue.close());
  undo.push(() => limit[Symbol.dispose]());
  if (options.bookmarks) {
    let due: Disposable | undefined;
    const arm = (): void => {
      due = clock.after(BOOKMARK_MS, () => {
        sentUpTo = Math.max(sentUpTo, store.revision());
        mark(false);
        arm();
      });
    };
    arm();
    undo.push(() => due?.[Symbol.dispose]());
  }
  const onAbort = (): void => queue.close();
  for (const signal of [call.request.signal, call.cluster.closed]) {
    signal.addEventListener("abort", onAbort, { once: true });
    undo.push(() => signal.removeEventListener("abort", onAbort));
  }
  if (call.request.signal.aborted || call.cluster.closed.aborted) queue.close();
  return { kind: "stream", status: 200, headers: { "content-type": "application/json" }, lines: queue };
};

/** A stored object under another version. */
const atVersion = (stored: Stored, version: number): Stored => {
  const object = parseJson(stored.json) as ValueMap;
  const metadata = object["metadata"] as ValueMap;
  return { ...stored, json: writeJson({ ...object, metadata: { ...metadata, resourceVersion: String(version) } }) };
};

/** GET with `watch`: a stream of events. Throws the server's refusals before it begins. */
export const watchObjects = (call: Call, as: Representation): StreamAnswer => {
  const options = listOptions(call, true);
  if (options.continueToken !== "") throw new ApiRefusal(400, "BadRequest", "continue is not allowed with watch");
  return openWatch(call, options, as);
};
