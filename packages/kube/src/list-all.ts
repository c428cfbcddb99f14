import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

import { expectObject } from "./classify-response.ts";
import type { ApiResource } from "./discovery-document.ts";
import { AnswerTooLarge, protocolError } from "./network-error.ts";
import { collectionPath } from "./object-path.ts";
import type { KubeTransport } from "./transport.ts";

/** Objects asked for at a time. */
export const PAGE_SIZE = 500;
const PAGE_DEADLINE_MS = 60_000;

export interface ListOptions {
  readonly resource: ApiResource;
  /** "" = all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly impersonate?: string;
  /** Serve from the cache at least as new as this; unset = the newest. */
  readonly notOlderThan?: string;
}

/** A complete list and the resourceVersion to watch from. */
export interface Listed {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
}

const pagePath = (options: ListOptions, continueToken: string, limit: number): string => {
  const query = new URLSearchParams({ limit: String(limit) });
  if (options.labelSelector !== undefined) query.set("labelSelector", options.labelSelector);
  if (continueToken !== "") query.set("continue", continueToken);
  else if (options.notOlderThan !== undefined) {
    query.set("resourceVersion", options.notOlderThan);
    query.set("resourceVersionMatch", "NotOlderThan");
  }
  return `${collectionPath(options.resource, options.namespace ?? "")}?${query.toString()}`;
};

const groupVersionOf = ({ group, version }: ApiResource): string => (group === "" ? version : `${group}/${version}`);

/** A kind of its own may name its list as it likes; those of Kubernetes do not. */
const mayNameItsList = ({ group }: ApiResource): boolean => group.includes(".") && !group.endsWith(".k8s.io");

/** Throws ApiError PROTOCOL for anything but a list of this very kind: an empty one would mean that all is gone. */
const checkList = (subject: string, resource: ApiResource, page: JsonObject): readonly Json[] => {
  const { kind, apiVersion, items } = page;
  const isKind =
    kind === `${resource.kind}List` || (mayNameItsList(resource) && typeof kind === "string" && /.List$/.test(kind));
  if (!isKind || apiVersion !== groupVersionOf(resource)) {
    throw protocolError(subject, `a list that is none of ${groupVersionOf(resource)} ${resource.kind}`);
  }
  if (!Array.isArray(items)) throw protocolError(subject, "a list without items");
  return items as readonly Json[];
};

/** Items of a list come without apiVersion and kind; they are given the resource's. */
const itemOf = (subject: string, resource: ApiResource, item: Json): KubeObject => {
  const metadata = isObject(item) ? item["metadata"] : undefined;
  if (!isObject(item) || !isObject(metadata) || typeof metadata["name"] !== "string" || metadata["name"] === "")
    throw protocolError(subject, "an item that is no object of the API");
  const apiVersion = groupVersionOf(resource);
  if ((item["kind"] ?? resource.kind) !== resource.kind || (item["apiVersion"] ?? apiVersion) !== apiVersion)
    throw protocolError(subject, `an item that is no ${apiVersion} ${resource.kind}`);
  return { apiVersion, kind: resource.kind, ...item } as unknown as KubeObject;
};

/** A page that is too large is asked for with fewer objects in it. */
const smaller = (limit: number): number => Math.max(1, Math.floor(limit / 10));
const MOST_OBJECTS = 1_000_000;

/** Every object, page by page; never a part of them: any failed page throws its ApiError (GONE: begin again). */
export const listAll = async (transport: KubeTransport, options: ListOptions, signal: AbortSignal): Promise<Listed> => {
  const { resource } = options;
  const subject = `${resource.plural} list`;
  const objects: KubeObject[] = [];
  const tokens = new Set<string>();
  let limit = PAGE_SIZE;
  const fetchPage = async (token: string): Promise<JsonObject> => {
    const request = {
      method: "GET",
      path: pagePath(options, token, limit),
      headers: { "accept-encoding": "gzip" },
      deadlineMs: PAGE_DEADLINE_MS,
      ...(options.impersonate === undefined ? {} : { impersonate: options.impersonate }),
    } as const;
    try {
      return expectObject(subject, "GET", await transport.request(request, signal));
    } catch (error) {
      if (!(error instanceof AnswerTooLarge) || limit === 1) throw error;
      limit = smaller(limit);
      return fetchPage(token);
    }
  };
  for (let token = ""; ;) {
    const page = await fetchPage(token);
    const metadata = isObject(page["metadata"]) ? page["metadata"] : {};
    for (const item of checkList(subject, resource, page)) objects.push(itemOf(subject, resource, item));
    if (objects.length > MOST_OBJECTS) throw protocolError(subject, `more than ${MOST_OBJECTS} objects`);
    const version = metadata["resourceVersion"];
    if (typeof version !== "string" || version === "") throw protocolError(subject, "a list without resourceVersion");
    token = typeof metadata["continue"] === "string" ? metadata["continue"] : "";
    if (token === "") return { objects, resourceVersion: version };
    if (tokens.has(token) || tokens.size > MOST_OBJECTS) throw protocolError(subject, "pages that never end");
    tokens.add(token);
  }
};
