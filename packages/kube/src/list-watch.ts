import { backOff } from "@evenkeel/async";
import type { Clock, Rng } from "@evenkeel/machine";
import type { KubeObject } from "@evenkeel/resource";

import { isApiError } from "./api-error.ts";
import type { ApiError } from "./api-error.ts";
import type { ApiResource } from "./discovery-document.ts";
import { listAll } from "./list-all.ts";
import { protocolError } from "./network-error.ts";
import { collectionPath } from "./object-path.ts";
import type { KubeTransport } from "./transport.ts";
import { readWatchLine } from "./watch-events.ts";

/** LIST reads all, WATCH follows (told once it is open), BACKOFF waits after trouble, FORBIDDEN waits for rights: no verdict, no prune there. */
export type WatchState = "LIST" | "WATCH" | "BACKOFF" | "FORBIDDEN";

/** Who an event is about once the object itself is gone. */
export interface GoneObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The last state, when an event carried it; absent when a list no longer showed the object. */
  readonly object?: KubeObject;
}

/** Called one at a time, in order; a returned promise is awaited. What it throws goes to `onHandlerError`. */
export interface WatchHandler {
  /** `LISTED` = part of a list: seen, not known to have changed. */
  onObject(type: "LISTED" | "ADDED" | "MODIFIED", object: KubeObject): void | Promise<void>;
  /** Left the selection: deleted, or its label removed (a GET tells which). */
  onGone(gone: GoneObject): void | Promise<void>;
  /** The list was complete: every object of it was handed over, and every difference to the last one. */
  onListed?(resourceVersion: string): void | Promise<void>;
  onState?(state: WatchState, error: ApiError | undefined): void;
  onHandlerError?(object: GoneObject, error: unknown): void;
}

export interface ListWatchOptions {
  readonly resource: ApiResource;
  /** "" = all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly clock: Pick<Clock, "sleep" | "monotonic">;
  /** For the jitter. */
  readonly rng: Pick<Rng, "chance">;
  /** 150,000 by default: more than two bookmarks. */
  readonly silenceMs?: number;
  /** So long a watch lasts at least, and half as long again at most; after it all is listed anew. 20 min by default. */
  readonly relistMs?: number;
}

const BACKOFF_MS = { first: 500, most: 30_000 };
const FORBIDDEN_MS = 300_000;
const SILENCE_MS = 150_000;
const RELIST_MS = 1_200_000;
/** A watch that the server closed a little before its time has lasted. */
const NEARLY = 0.9;

const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ""}/${object.metadata.name}`;

const goneOf = (key: string, uid: string, object?: KubeObject): GoneObject => {
  const slash = key.indexOf("/");
  const gone = { namespace: key.slice(0, slash), name: key.slice(slash + 1), uid };
  return object === undefined ? gone : { ...gone, object };
};

/**
 * Lists and then follows one kind until `signal` ends it (it then resolves). A partial list never yields a deletion;
 * a version that is too old leads to a new list; every other trouble to a jittered wait and on from where it was. A watch that
 * lasted its time is followed by a new list: an event that a server never sent is missed until then, and no longer.
 */
export const listWatch = async (
  transport: KubeTransport,
  options: ListWatchOptions,
  handler: WatchHandler,
  signal: AbortSignal,
): Promise<void> => {
  const { clock, resource, rng } = options;
  const subject = `${resource.plural} watch`;
  const known = new Map<string, string>();
  let version = "";
  let failures = 0;

  const tell = async (about: GoneObject, act: () => void | Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      handler.onHandlerError?.(about, error);
    }
  };
  const tellObject = async (type: "LISTED" | "ADDED" | "MODIFIED", object: KubeObject): Promise<void> => {
    known.set(keyOf(object), object.metadata.uid ?? "");
    const about = goneOf(keyOf(object), object.metadata.uid ?? "", object);
    await tell(about, () => handler.onObject(type, object));
  };
  const tellGone = async (gone: GoneObject): Promise<void> => {
    known.delete(`${gone.namespace}/${gone.name}`);
    await tell(gone, () => handler.onGone(gone));
  };

  const list = async (): Promise<void> => {
    handler.onState?.("LIST", undefined);
    const listed = await listAll(transport, options, signal);
    const present = new Set(listed.objects.map(keyOf));
    for (const [key, uid] of known) if (!present.has(key)) await tellGone(goneOf(key, uid));
    for (const object of listed.objects) await tellObject("LISTED", object);
    version = listed.resourceVersion;
    failures = 0;
    await handler.onListed?.(version);
  };

  /** Resolves to whether it lasted its time. */
  const watch = async (): Promise<boolean> => {
    const seconds = Math.ceil(((options.relistMs ?? RELIST_MS) / 1000) * (1 + 0.5 * rng.chance()));
    const query = new URLSearchParams({
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: version,
      timeoutSeconds: String(seconds),
      ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    });
    const path = `${collectionPath(resource, options.namespace ?? "")}?${query.toString()}`;
    const silenceMs = options.silenceMs ?? SILENCE_MS;
    let lines = 0;
    const openedAt = clock.monotonic();
    await using stream = await transport.stream({ method: "GET", path, silenceMs }, signal);
    handler.onState?.("WATCH", undefined);
    for await (const line of stream) {
      const event = readWatchLine(line, subject);
      lines += 1;
      failures = 0;
      if (event.type === "BOOKMARK") version = event.resourceVersion;
      else {
        const { object, type } = event;
        if (object.kind !== resource.kind) throw protocolError(subject, "an event about another kind");
        if (type === "DELETED") await tellGone(goneOf(keyOf(object), object.metadata.uid ?? "", object));
        else await tellObject(type, object);
        version = object.metadata.resourceVersion ?? version;
      }
    }
    const hasLasted = clock.monotonic() - openedAt >= NEARLY * seconds * 1000;
    // Or a server that closes at once would be asked in a loop.
    if (lines === 0 && !hasLasted) throw protocolError(subject, "closed before any event");
    return hasLasted;
  };

  /** What follows a failure: where to go on, after which wait. */
  const recover = async (from: "LIST" | "WATCH", error: ApiError): Promise<"LIST" | "WATCH"> => {
    if (error.errorClass === "GONE" || (from === "LIST" && error.status === 400)) {
      if (from === "WATCH") return "LIST";
    } else if (error.errorClass === "FORBIDDEN") {
      handler.onState?.("FORBIDDEN", error);
      await clock.sleep(FORBIDDEN_MS, signal);
      return "LIST";
    }
    handler.onState?.("BACKOFF", error);
    const ceiling = backOff(BACKOFF_MS, failures);
    failures += 1;
    await clock.sleep(
      Math.max(error.retryAfterMs ?? 0, BACKOFF_MS.first + rng.chance() * (ceiling - BACKOFF_MS.first)),
      signal,
    );
    return error.errorClass === "KIND_UNKNOWN" ? "LIST" : from;
  };

  let state: "LIST" | "WATCH" = "LIST";
  while (!signal.aborted) {
    try {
      if (state === "WATCH") state = (await watch()) ? "LIST" : "WATCH";
      else {
        await list();
        state = "WATCH";
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isApiError(error)) throw error;
      try {
        state = await recover(state, error);
      } catch (waitError) {
        if (signal.aborted) return;
        throw waitError;
      }
    }
  }
};
