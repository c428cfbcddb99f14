import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

import { ApiError } from "./api-error.ts";
import { classifyStatus } from "./classify-response.ts";
import { protocolError } from "./network-error.ts";
import { isKubeObject } from "./object-calls.ts";
import { readJson } from "./read-json.ts";

/** One line of a watch. A BOOKMARK only carries the resourceVersion reached. */
export type WatchLine =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

const parse = (line: Buffer, subject: string): Json => {
  const event = readJson(line);
  if (event === undefined) throw protocolError(subject, "a line that is not JSON, or nested beyond all use");
  return event;
};

/** Reads one line; throws the classified ApiError of an ERROR event (GONE: list again), PROTOCOL for anything odd. */
export const readWatchLine = (line: Buffer, subject: string): WatchLine => {
  const event = parse(line, subject) as JsonObject | null;
  const type = event?.["type"];
  const object = event?.["object"];
  if (type === "ERROR" && typeof object === "object" && object !== null) {
    throw new ApiError(subject, classifyStatus(object as JsonObject));
  }
  if (!isKubeObject(object)) throw protocolError(subject, "an event without an object");
  if (type === "BOOKMARK") return { type, resourceVersion: object.metadata.resourceVersion ?? "" };
  if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") return { type, object };
  throw protocolError(subject, "an event of an unknown type");
};
