import { writeJson } from "../store/write-json.ts";
import type { ClusterState } from "./cluster-state.ts";
import { aggregatedDiscovery } from "./discovery.ts";
import type { ApiAnswer, ApiRequest } from "./exchange.ts";
import { openapiDocument, openapiIndex } from "./openapi.ts";
import { pageNotFound, plain, textAnswer } from "./plain-answer.ts";

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

/** Aggregated discovery, whatever is accepted: the documents of one group each, from before Kubernetes 1.27, are not served. */
const discoveryRoot = (cluster: ClusterState, request: ApiRequest, root: "/api" | "/apis"): ApiAnswer => {
  const { etag, json } = aggregatedDiscovery(cluster.catalogue, root);
  const headers = {
    "cache-control": "public",
    "content-type": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    etag,
    vary: "Accept",
  };
  const isKnown = request.headers["if-none-match"] === etag;
  return { kind: "plain", status: isKnown ? 304 : 200, headers, body: isKnown ? "" : json };
};

/** What a path without a resource is answered: discovery, probes, the version, or nothing. */
export const handlePath = (cluster: ClusterState, request: ApiRequest, segments: readonly string[]): ApiAnswer => {
  const [first = "", second] = segments;
  if (PROBES.has(first)) return textAnswer(200, "ok");
  if (first === "version" && segments.length === 1) return plain(200, versionDocument(cluster));
  if ((first === "api" || first === "apis") && second === undefined)
    return discoveryRoot(cluster, request, `/${first}`);
  if (first === "openapi" && second === "v3") {
    const folder = segments.slice(2).join("/");
    const document = folder === "" ? openapiIndex(cluster.catalogue) : openapiDocument(cluster.catalogue, folder);
    return document === undefined ? pageNotFound() : plain(200, writeJson(document));
  }
  return pageNotFound();
};
