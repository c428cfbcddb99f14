import type { ApiErrorClass } from "@evenkeel/words";

import { ApiError } from "./api-error.ts";
import { classifyResponse } from "./classify-response.ts";
import { readJson } from "./read-json.ts";
import type { KubeResponse } from "./transport.ts";

/** The read of the namespace whose UID is the cluster's. */
export const WHO = { method: "GET", path: "/api/v1/namespaces/kube-system" } as const;

/** The same, as errors name it. */
export const WHO_ASKED = `${WHO.method} ${WHO.path}`;

interface Namespace {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly uid?: unknown };
}

const protocolError = (message: string): ApiError =>
  new ApiError(WHO_ASKED, { errorClass: "PROTOCOL", status: 0, reason: "ApiProtocolError", message, causes: [] });

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
    throw protocolError("another object than was asked for");
  if (typeof metadata.uid !== "string" || metadata.uid === "") throw protocolError("a namespace without a UID");
  return metadata.uid;
};
