import { isMap } from "../json.ts";
import type { Value } from "../json.ts";
import type { ApiAnswer, ApiRequest } from "../server/exchange.ts";
import { errorAnswer } from "./refusing-answers.ts";

const items = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);

/** As the aggregator tells a group whose own server does not answer: still listed, stale, without kinds. */
const withoutKinds = (body: string, group: string): string => {
  const document = JSON.parse(body) as Value;
  if (!isMap(document) || document["kind"] !== "APIGroupDiscoveryList") return body;
  for (const item of items(document["items"])) {
    if (!isMap(item) || !isMap(item["metadata"]) || item["metadata"]["name"] !== group) continue;
    for (const version of items(item["versions"])) {
      if (!isMap(version)) continue;
      version["freshness"] = "Stale";
      delete version["resources"];
    }
  }
  return `${JSON.stringify(document)}\n`;
};

/** A client that has seen the whole document must not be told that nothing has changed. */
export const withoutEtag = (request: ApiRequest): ApiRequest => {
  const { "if-none-match": _seen, ...headers } = request.headers;
  return { ...request, headers };
};

/** The answer to a discovery request while `group` cannot be asked. */
export const partialDiscovery = (request: ApiRequest, answer: ApiAnswer, group: string): ApiAnswer => {
  const path = request.path.split("?")[0] ?? "";
  if (path.startsWith(`/apis/${group}/`)) return errorAnswer({ kind: "error", status: 503 });
  if (answer.kind === "stream" || path !== "/apis") return answer;
  const { etag: _etag, ...headers } = answer.headers;
  return { ...answer, headers, body: withoutKinds(answer.body, group) };
};
