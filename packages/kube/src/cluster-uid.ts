import type { ApiErrorClass } from "@evenkeel/words";

import { ApiError } from "./api-error.ts";
import { classifyResponse } from "./classify-response.ts";
import { protocolError } from "./network-error.ts";
import { readJson } from "./read-json.ts";
import type { KubeResponse } from "./transport.ts";
import { WHO_ASKED } from "./who-is-asked.ts";

interface Namespace {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly uid?: unknown };
}

/** What a refusal says of the connection or the moment keeps its class; nothing of it is about the object of a call. */
const KEPT: ReadonlySet<ApiErrorClass> = new Set(["AUTH", "THROTTLED", "TRANSIENT", "TLS", "PROTOCOL"]);
/** 403: whoever connects is known and may not read it. Whatever else there is says that no API server answered. */
const ofAnother = (status: number): ApiErrorClass => (status === 403 ? "UNIDENTIFIED" : "PROTOCOL");

/** The cluster's UID, from the answer of the server. Throws ApiError, of no class that is about the object of another call. */
export const uidOf = (answer: KubeResponse): string => {
  const refused = classifyResponse("GET", answer);
  // An API server that was made anew is there before its namespaces are.
  if (answer.status === 404) {
    const message = "no namespace kube-system, so it is not known which cluster this is";
    throw new ApiError(WHO_ASKED, { errorClass: "TRANSIENT", status: 404, reason: "NotFound", message, causes: [] });
  }
  if (refused !== undefined) {
    const errorClass = KEPT.has(refused.errorClass) ? refused.errorClass : ofAnother(answer.status);
    throw new ApiError(WHO_ASKED, { ...refused, errorClass });
  }
  const { kind, metadata } = readJson(answer.body) as Namespace;
  if (kind !== "Namespace" || metadata?.name !== "kube-system")
    throw protocolError(WHO_ASKED, "another object than was asked for");
  if (typeof metadata.uid !== "string" || metadata.uid === "")
    throw protocolError(WHO_ASKED, "a namespace without a UID");
  return metadata.uid;
};
