import type { ValueMap } from "../json.ts";
import { pathOf } from "../store/resource-table.ts";
import type { Store, Stored } from "../store/store.ts";
import type { Call } from "./cluster-state.ts";
import { type ContinueToken, readContinue, writeContinue } from "./continue-token.ts";
import { type ListOptions, listOptions } from "./list-options.ts";
import type { Representation } from "./media-types.ts";
import { presentList } from "./present.ts";
import { selection, selectsAll } from "./selection.ts";
import { ApiRefusal, badRequest, expired } from "./status.ts";

/** What a list shows, and the version at which it is true. */
export interface ListedPage {
  readonly items: readonly Stored[];
  readonly metadata: ValueMap;
}

const byPath = (a: Stored, b: Stored): number => {
  const [left, right] = [pathOf(a.key), pathOf(b.key)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** The objects of a resource as they were at a version, or undefined when the window does not reach back so far. */
const listAt = (store: Store, group: string, plural: string, version: number): readonly Stored[] | undefined => {
  if (version >= store.revision()) return store.list(group, plural);
  const events = store.since(group, plural, version);
  if (events === "expired") return undefined;
  if (events.length === 0) return store.list(group, plural);
  const objects = new Map(store.list(group, plural).map((stored) => [pathOf(stored.key), stored]));
  for (const { object, previous } of events.toReversed()) {
    if (previous === undefined) objects.delete(pathOf(object.key));
    else objects.set(pathOf(object.key), previous);
  }
  return [...objects.values()].sort(byPath);
};

/** 504 for a version that is not there yet. */
export const tooLargeVersion = (asked: number, current: number): ApiRefusal =>
  new ApiRefusal(504, "Timeout", `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });

const versionNumber = (text: string): number => {
  if (text === "") return 0;
  if (!/^\d+$/.test(text)) {
    const message = `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw badRequest(`invalid resource version: resourceVersion: ${message}`);
  }
  return Number(text);
};

const EXPIRED_TOKEN =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

interface Snapshot {
  readonly objects: readonly Stored[];
  readonly version: number;
  readonly after: string;
}

const continued = (call: Call, token: ContinueToken): Snapshot => {
  const { store } = call.cluster;
  if (token.resourceVersion < 0) {
    return { objects: store.list(call.kind.group, call.kind.plural), version: store.revision(), after: token.start };
  }
  const objects = listAt(store, call.kind.group, call.kind.plural, token.resourceVersion);
  if (objects !== undefined) return { objects, version: token.resourceVersion, after: token.start };
  throw new ApiRefusal(410, "Expired", EXPIRED_TOKEN, undefined, {
    continue: writeContinue({ resourceVersion: -1, start: token.start }),
  });
};

const snapshot = (call: Call, options: ListOptions): Snapshot => {
  const { store } = call.cluster;
  if (options.continueToken !== "") {
    if (options.resourceVersion !== "" && options.resourceVersion !== "0") {
      throw badRequest("specifying resource version is not allowed when using continue");
    }
    return continued(call, readContinue(options.continueToken));
  }
  const version = versionNumber(options.resourceVersion);
  const current = store.revision();
  if (version > current) throw tooLargeVersion(version, current);
  const isExact = options.match === "Exact" || (options.match === "" && options.limit > 0 && version > 0);
  if (!isExact || version === 0) {
    return { objects: store.list(call.kind.group, call.kind.plural), version: current, after: "" };
  }
  const objects = listAt(store, call.kind.group, call.kind.plural, version);
  if (objects === undefined) {
    throw expired(`The resourceVersion for the provided list is too old.`);
  }
  return { objects, version, after: "" };
};

/** One page of the objects that the call selects. */
export const listPage = (call: Call, options: ListOptions): ListedPage => {
  const { after, objects, version } = snapshot(call, options);
  const isSelected = selection(call, options);
  const prefix = call.kind.namespaced && call.namespace !== "" ? `${call.namespace}/` : "";
  const start = `${prefix}${after}`;
  const rest = after === "" ? objects : objects.filter(({ key }) => pathOf(key) >= start);
  const all = rest.filter((stored) => isSelected(stored));
  // "Any version will do" is answered from the server's cache, which knows no pages.
  const limit = options.resourceVersion === "0" ? 0 : options.limit;
  const isCut = limit > 0 && all.length > limit;
  const items = isCut ? all.slice(0, limit) : all;
  const last = items.at(-1);
  const metadata: ValueMap = { resourceVersion: String(version) };
  if (isCut && last !== undefined) {
    const next = `${pathOf(last.key).slice(prefix.length)}\u0000`;
    metadata["continue"] = writeContinue({ resourceVersion: version, start: next });
    if (selectsAll(options)) metadata["remainingItemCount"] = all.length - items.length;
  }
  // Lists of custom resources always have the field.
  else if (call.cluster.catalogue.isCustom(call.kind)) metadata["continue"] = "";
  return { items, metadata };
};

/** GET of a collection. */
export const listObjects = (call: Call, as: Representation): string => {
  const { items, metadata } = listPage(call, listOptions(call, false));
  return presentList(
    call,
    items.map(({ json }) => json),
    metadata,
    as,
  );
};
