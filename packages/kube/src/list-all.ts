import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

import { expectObject } from "./classify-response.ts";
import type { ApiResource } from "./discovery-document.ts";
import { protocolError } from "./network-error.ts";
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

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pagePath = (options: ListOptions, continueToken: string): string => {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
  if (options.labelSelector !== undefined) query.set("labelSelector", options.labelSelector);
  if (continueToken !== "") query.set("continue", continueToken);
  else if (options.notOlderThan !== undefined) {
    query.set("resourceVersion", options.notOlderThan);
    query.set("resourceVersionMatch", "NotOlderThan");
  }
  return `${collectionPath(options.resource, options.namespace ?? "")}?${query.toString()}`;
};

/** Items of a list come without apiVersion and kind; they are given the resource's. */
const itemsOf = (resource: ApiResource, items: Json | undefined): KubeObject[] =>
  (Array.isArray(items) ? (items as readonly Json[]) : []).filter(isObject).map(
    (item) =>
      ({
        apiVersion: resource.group === "" ? resource.version : `${resource.group}/${resource.version}`,
        kind: resource.kind,
        ...item,
      }) as unknown as KubeObject,
  );

/** Every object, page by page; never a part of them: any failed page throws its ApiError (GONE: begin again). */
export const listAll = async (transport: KubeTransport, options: ListOptions, signal: AbortSignal): Promise<Listed> => {
  const subject = `${options.resource.plural} list`;
  const objects: KubeObject[] = [];
  for (let token = ""; ;) {
    const request = {
      method: "GET",
      path: pagePath(options, token),
      headers: { "accept-encoding": "gzip" },
      deadlineMs: PAGE_DEADLINE_MS,
      ...(options.impersonate === undefined ? {} : { impersonate: options.impersonate }),
    } as const;
    const page = expectObject(subject, "GET", await transport.request(request, signal));
    const metadata = isObject(page["metadata"]) ? page["metadata"] : {};
    objects.push(...itemsOf(options.resource, page["items"]));
    const version = metadata["resourceVersion"];
    if (typeof version !== "string") throw protocolError(subject, "a list without resourceVersion");
    token = typeof metadata["continue"] === "string" ? metadata["continue"] : "";
    if (token === "") return { objects, resourceVersion: version };
  }
};
