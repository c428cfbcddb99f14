import type { Clock } from "@evenkeel/machine";
import type { JsonObject } from "@evenkeel/resource";

import { isApiError } from "./api-error.ts";
import { expectObject } from "./classify-response.ts";
import { parseAggregated, parseGroupList, parseResourceList } from "./discovery-document.ts";
import type { ApiResource, DiscoveryDocument } from "./discovery-document.ts";
import { indexed, keepDocument, knownDocument } from "./known-documents.ts";
import type { IndexedDocument } from "./known-documents.ts";
import { protocolError } from "./network-error.ts";
import type { KubeTransport } from "./transport.ts";

/** An unknown kind makes the server be asked again, at most this often. */
const REFRESH_MS = 10_000;

const ACCEPT = [
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
  "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
  "application/json",
].join(",");

/** What a cluster serves. A group in `partialGroups` could not be read whole: nothing of it may be pruned. */
export interface Discovery {
  /** The kind at its preferred version, or at `version` when that one is served. No call. */
  resolve(group: string, kind: string, version?: string): ApiResource | undefined;
  /** As resolve, but asks the server again (at most once per 10 s) before saying undefined. */
  resolveFresh(
    group: string,
    kind: string,
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<ApiResource | undefined>;
  /** Asks the server again; true when its answer differed. */
  refresh(signal: AbortSignal): Promise<boolean>;
  readonly partialGroups: ReadonlySet<string>;
}

interface Page {
  readonly etag: string | undefined;
  readonly document: IndexedDocument;
}

const legacyVersions = async (
  transport: KubeTransport,
  group: string,
  versions: readonly string[],
  signal: AbortSignal,
): Promise<DiscoveryDocument> => {
  const resources: ApiResource[] = [];
  const partialGroups = new Set<string>();
  for (const version of versions) {
    const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    try {
      const response = await transport.request({ method: "GET", path }, signal);
      resources.push(...parseResourceList(group, version, expectObject(`GET ${path}`, "GET", response)));
    } catch (error) {
      if (!isApiError(error)) throw error;
      partialGroups.add(group); // one broken aggregated API must not stop the others
    }
  }
  return { resources, partialGroups };
};

const merge = (documents: readonly DiscoveryDocument[]): DiscoveryDocument => ({
  resources: documents.flatMap((document) => document.resources),
  partialGroups: new Set(documents.flatMap((document) => [...document.partialGroups])),
});

const legacy = async (
  transport: KubeTransport,
  path: "/api" | "/apis",
  answer: JsonObject,
  signal: AbortSignal,
): Promise<DiscoveryDocument> => {
  if (path === "/api" && answer["kind"] !== "APIVersions")
    throw protocolError("discovery", "the answer is no list of API versions");
  if (path === "/api") return legacyVersions(transport, "", ["v1"], signal);
  const groups = parseGroupList(answer);
  return merge(await Promise.all(groups.map((g) => legacyVersions(transport, g.group, g.versions, signal))));
};

const fetchPage = async (
  transport: KubeTransport,
  path: "/api" | "/apis",
  known: Page | undefined,
  signal: AbortSignal,
): Promise<Page> => {
  const headers = { accept: ACCEPT, ...(known?.etag === undefined ? {} : { "if-none-match": known.etag }) };
  const response = await transport.request({ method: "GET", path, headers }, signal);
  if (response.status === 304 && known !== undefined) return known;
  const { etag } = response.headers;
  const shared = knownDocument(response);
  if (shared !== undefined) return { etag, document: shared };
  const answer = expectObject(`GET ${path}`, "GET", response);
  const aggregated = parseAggregated(answer);
  if (aggregated !== undefined) return { etag, document: keepDocument(response, indexed(aggregated)) };
  return { etag, document: indexed(await legacy(transport, path, answer, signal)) };
};

/** Reads what the cluster serves: aggregated discovery v2, else v2beta1, else group by group. Throws ApiError. */
export const discover = async (
  transport: KubeTransport,
  clock: Pick<Clock, "monotonic">,
  signal: AbortSignal,
): Promise<Discovery> => {
  const read = (known: readonly [Page, Page] | undefined, until: AbortSignal): Promise<[Page, Page]> =>
    Promise.all([fetchPage(transport, "/api", known?.[0], until), fetchPage(transport, "/apis", known?.[1], until)]);
  let pages = await read(undefined, signal);
  let askedAt = -Infinity; // the first unknown kind may have been made a moment ago
  let asking: Promise<boolean> | undefined;

  const refreshOnce = async (until: AbortSignal): Promise<boolean> => {
    const before = pages;
    askedAt = clock.monotonic();
    pages = await read(before, until);
    return pages[0] !== before[0] || pages[1] !== before[1];
  };
  const discovery: Discovery = {
    resolve: (group, kind, version) => {
      const key = `${group}/${kind}`;
      const served = pages[0].document.index.get(key) ?? pages[1].document.index.get(key);
      return version === undefined ? served?.[0] : served?.find((resource) => resource.version === version);
    },
    resolveFresh: async (group, kind, version, until) => {
      const known = discovery.resolve(group, kind, version);
      if (known !== undefined || (asking === undefined && clock.monotonic() - askedAt < REFRESH_MS)) return known;
      await discovery.refresh(until);
      return discovery.resolve(group, kind, version);
    },
    refresh: (until) => {
      asking ??= refreshOnce(until).finally(() => {
        asking = undefined;
      });
      return asking;
    },
    get partialGroups() {
      return new Set(pages.flatMap((page) => [...page.document.partialGroups]));
    },
  };
  return discovery;
};
