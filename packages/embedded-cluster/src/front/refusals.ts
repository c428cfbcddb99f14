import type { PlainAnswer } from "../server/exchange.ts";

/** The largest body that a kube-apiserver reads. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Why a request's signal ends; made once, as an abort without a reason costs a DOMException each time. */
export const CLIENT_GONE = new Error("the client is gone");

const refusal = (code: number, reason: string, message: string): PlainAnswer => ({
  kind: "plain",
  status: code,
  headers: { "cache-control": "no-cache, private", "content-type": "application/json" },
  body: `${JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    code,
  })}\n`,
});

/** What a kube-apiserver says before it looks at a request. */
export const unauthorized: PlainAnswer = refusal(401, "Unauthorized", "Unauthorized");
export const bodyTooLarge = (limit: number): PlainAnswer =>
  refusal(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limit}`);
/** A defect of ours, told as a server tells a panic. */
export const internalError = (error: unknown): PlainAnswer =>
  refusal(500, "InternalError", `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`);
/** For a path below no cluster of this front. */
export const noSuchCluster: PlainAnswer = {
  kind: "plain",
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "404 page not found\n",
};
