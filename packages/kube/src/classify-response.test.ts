import { describe, expect, test } from "vitest";

import { classifyResponse } from "./classify-response.ts";
import type { KubeRequest, KubeResponse } from "./transport.ts";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): KubeResponse => ({
  status,
  headers,
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});
const failure = (code: number, reason: string, message: string, details: object = {}): object => ({
  kind: "Status",
  status: "Failure",
  code,
  reason,
  message,
  details: { name: "x", kind: "things", ...details },
});
const cause = (reason: string, message: string, field: string) => ({ causes: [{ reason, message, field }] });

interface Expected {
  readonly title: string;
  readonly errorClass: string | undefined;
  readonly response: KubeResponse;
  readonly method?: KubeRequest["method"];
}
const row = (
  title: string,
  errorClass: string | undefined,
  response: KubeResponse,
  method: KubeRequest["method"] = "PATCH",
): Expected => ({ title, errorClass, response, method });

const rows: readonly Expected[] = [
  row("an object is success", undefined, answer(200, { kind: "ConfigMap" })),
  row("a Status of success is success", undefined, answer(200, { kind: "Status", status: "Success" })),
  row(
    "fields of other managers",
    "CONFLICT",
    answer(409, failure(409, "Conflict", "x", cause("FieldManagerConflict", 'conflict with "a"', ".spec"))),
  ),
  row("a precondition that failed", "STALE", answer(409, failure(409, "Conflict", "Precondition failed: UID"))),
  row("another object's uid", "STALE", answer(422, failure(422, "Invalid", "x", cause("", "x", "metadata.uid")))),
  row(
    "an immutable field, for words do not tell",
    "INVALID",
    answer(422, failure(422, "Invalid", "x", cause("FieldValueInvalid", "field is immutable", "spec.selector"))),
  ),
  row(
    "a stateful set's forbidden update",
    "INVALID",
    answer(
      422,
      failure(422, "Invalid", "x", cause("", "Forbidden: updates to statefulset spec are forbidden", "spec")),
    ),
  ),
  row("an invalid field", "INVALID", answer(422, failure(422, "Invalid", "x", cause("", "must be > 0", "spec.n")))),
  row("a bad body", "INVALID", answer(400, failure(400, "BadRequest", "strict decoding error"))),
  row(
    "a body that has no type, in spite of 500",
    "INVALID",
    answer(
      500,
      failure(500, "InternalError", "failed to create typed patch object (a/b): .spec.x: field not declared"),
    ),
  ),
  row(
    "a webhook that did not answer",
    "TRANSIENT",
    answer(500, failure(500, "InternalError", 'Internal error occurred: failed calling webhook "w": timeout')),
  ),
  row("an overloaded server", "TRANSIENT", answer(503, failure(503, "ServiceUnavailable", "x"))),
  row("a gateway's page", "TRANSIENT", answer(502, "<html>bad gateway</html>")),
  row("a gateway timeout", "TRANSIENT", answer(504, failure(504, "Timeout", "x"))),
  row("too many requests", "THROTTLED", answer(429, failure(429, "TooManyRequests", "x"), { "retry-after": "3" })),
  row("a starting server", "THROTTLED", answer(503, "x", { "retry-after": "1" })),
  row(
    "a webhook's refusal, whatever its code",
    "DENIED",
    answer(400, failure(400, "BadRequest", 'admission webhook "w.x.io" denied the request: no')),
  ),
  row(
    "a policy's refusal",
    "DENIED",
    answer(422, failure(422, "Invalid", "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no")),
  ),
  row(
    "pod security",
    "DENIED",
    answer(403, failure(403, "Forbidden", 'pods "x" is forbidden: violates PodSecurity "a"')),
  ),
  row("a limit range", "DENIED", answer(403, failure(403, "Forbidden", 'pods "x" is forbidden: maximum cpu is 1'))),
  row(
    "a quota",
    "QUOTA",
    answer(403, failure(403, "Forbidden", 'pods "x" is forbidden: exceeded quota: q, requested: 1')),
  ),
  row(
    "a namespace that goes",
    "NAMESPACE_TERMINATING",
    answer(
      403,
      failure(
        403,
        "Forbidden",
        "x is forbidden: because it is being terminated",
        cause("NamespaceTerminating", "x", ""),
      ),
    ),
  ),
  row(
    "no right",
    "FORBIDDEN",
    answer(403, failure(403, "Forbidden", 'pods is forbidden: User "u" cannot list resource "pods"')),
  ),
  row("no credentials", "AUTH", answer(401, failure(401, "Unauthorized", "Unauthorized"))),
  row("a path that is not served", "KIND_UNKNOWN", answer(404, "404 page not found")),
  row("an object that is not there", "NOT_FOUND", answer(404, failure(404, "NotFound", 'things "x" not found')), "GET"),
  row(
    "a namespace that is not there, on a write",
    "NAMESPACE_MISSING",
    answer(404, failure(404, "NotFound", 'namespaces "n" not found', { name: "n", kind: "namespaces" })),
  ),
  row(
    "a Namespace object that is not there",
    "NOT_FOUND",
    answer(404, failure(404, "NotFound", 'namespaces "n" not found', { name: "n", kind: "namespaces" })),
    "DELETE",
  ),
  row("an old resourceVersion", "GONE", answer(410, failure(410, "Expired", "x")), "GET"),
  row("no server-side apply", "LEGACY", answer(415, failure(415, "UnsupportedMediaType", "x"))),
  row("too large a body", "TOO_LARGE", answer(413, failure(413, "RequestEntityTooLarge", "x"))),
  row("an etcd that refuses the size", "TOO_LARGE", answer(500, failure(500, "", "etcdserver: request is too large"))),
  row("a 200 that carries a failure", "PROTOCOL", answer(200, failure(500, "InternalError", "x"))),
  row("HTML with 200", "PROTOCOL", answer(200, "<html>")),
  row("a truncated body", "PROTOCOL", answer(200, '{"kind":"ConfigM')),
  row(
    "no right to quotas",
    "FORBIDDEN",
    answer(
      403,
      failure(403, "Forbidden", 'resourcequotas is forbidden: User "u" cannot list resource "resourcequotas"'),
    ),
  ),
];

describe("what an answer means", () => {
  test.each(rows)("$title: $errorClass", ({ errorClass, response, method = "PATCH" }) => {
    expect(classifyResponse(method, response)?.errorClass).toBe(errorClass);
  });

  test("Retry-After in seconds is kept in milliseconds", () => {
    expect(classifyResponse("GET", answer(429, "", { "retry-after": "3" }))?.retryAfterMs).toBe(3000);
  });
});
