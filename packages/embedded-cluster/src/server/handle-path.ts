import { writeJson } from "../store/write-json.ts";
import type { ClusterState } from "./cluster-state.ts";
import { aggregatedDiscovery, groupList, groupOf, resourceList } from "./discovery.ts";
import type { ApiAnswer, ApiRequest } from "./exchange.ts";
import { checkAccept, notAcceptable } from "./media-types.ts";
import { openapiDocument, openapiIndex } from "./openapi.ts";
import { pageNotFound, plain, refused, textAnswer } from "./plain-answer.ts";
import { noSuchResource } from "./status.ts";

const PROBES: ReadonlySet<string> = new Set(["livez", "readyz", "healthz"]);

const versionDocument = (cluster: ClusterState): string =>
  writeJson({
    major: "1",
    minor: "36",
    emulationMajor: "1",
    emulationMinor: "36",
    minCompatibilityMajor: "1",
    minCompatibilityMinor: "35",
    gitVersion: cluster.version,
    gitCommit: "embedded",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "none",
    compiler: "none",
    platform: "embedded",
  });

const wantsAggregated = (accept: string): boolean =>
  /g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList/.test(accept);
const wantsOldAggregated = (accept: string): boolean =>
  accept.includes("as=APIGroupDiscoveryList") && !accept.split(",").some((part) => !part.includes("as="));

const discoveryRoot = (cluster: ClusterState, request: ApiRequest, root: "/api" | "/apis"): ApiAnswer => {
  const accept = request.headers["accept"] ?? "";
  if (wantsAggregated(accept)) {
    const { etag, json } = aggregatedDiscovery(cluster.catalogue, root);
    const headers = {
      "cache-control": "public",
      "content-type": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
      etag,
      vary: "Accept",
    };
    const isKnown = request.headers["if-none-match"] === etag;
    return { kind: "plain", status: isKnown ? 304 : 200, headers, body: isKnown ? "" : json };
  }
  if (wantsOldAggregated(accept)) return refused(notAcceptable());
  if (root === "/apis") return plain(200, writeJson(groupList(cluster.catalogue)));
  const addresses = [{ clientCIDR: "0.0.0.0/0", serverAddress: request.headers["host"] ?? "embedded" }];
  return plain(200, writeJson({ kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: addresses }));
};

/** The paths that `/` names. */
const rootPaths = (cluster: ClusterState): readonly string[] => {
  const groups = new Set(
    cluster.catalogue.all().map(({ group, version }) => (group === "" ? "" : `${group}/${version}`)),
  );
  const named = [...groups].filter((group) => group !== "");
  const paths = named.flatMap((group) => [`/apis/${group.split("/")[0] ?? ""}`, `/apis/${group}`]);
  return [...new Set(["/api", "/api/v1", "/apis", ...paths, "/healthz", "/livez", "/readyz", "/version"])].toSorted();
};

/** What a path without a resource is answered: discovery, probes, the version, or nothing. */
export const handlePath = (cluster: ClusterState, request: ApiRequest, segments: readonly string[]): ApiAnswer => {
  const [first = "", second, third] = segments;
  if (first === "") return plain(200, writeJson({ paths: [...rootPaths(cluster)] }));
  if (PROBES.has(first)) return textAnswer(200, "ok");
  if (first === "version" && segments.length === 1) return plain(200, versionDocument(cluster));
  if (first === "api" || first === "apis") checkAccept(request.headers["accept"]);
  if (first === "api") {
    if (second === undefined) return discoveryRoot(cluster, request, "/api");
    const list = resourceList(cluster.catalogue, "", second);
    return list === undefined ? refused(noSuchResource()) : plain(200, writeJson(list));
  }
  if (first === "apis") {
    if (second === undefined) return discoveryRoot(cluster, request, "/apis");
    const document =
      third === undefined ? groupOf(cluster.catalogue, second) : resourceList(cluster.catalogue, second, third);
    if (document !== undefined) return plain(200, writeJson(document));
    return third !== undefined && cluster.catalogue.isBuiltinGroup(second) ? refused(noSuchResource()) : pageNotFound();
  }
  if (first === "openapi" && second === "v3") {
    const folder = segments.slice(2).join("/");
    const document = folder === "" ? openapiIndex(cluster.catalogue) : openapiDocument(cluster.catalogue, folder);
    return document === undefined ? pageNotFound() : plain(200, writeJson(document));
  }
  return pageNotFound();
};
