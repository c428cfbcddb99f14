import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";
import { strike } from "@evenkeel/telemetry";
import type { ApiErrorClass } from "@evenkeel/words";

import { ApiError } from "./api-error.ts";
import type { ApiErrorCause, ApiErrorDetail } from "./api-error.ts";
import { readJson } from "./read-json.ts";
import type { KubeRequest, KubeResponse } from "./transport.ts";

interface Answer {
  readonly method: KubeRequest["method"];
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** The body was a `kind: Status`. */
  readonly isStatus: boolean;
  readonly reason: string;
  readonly message: string;
  readonly detailsKind: string;
  readonly detailsName: string;
  readonly causes: readonly ApiErrorCause[];
}

const DENIED = /admission webhook "[^"]*" denied the request|ValidatingAdmissionPolicy '[^']*'.* denied request/;
const POD_SECURITY = /violates PodSecurity/;
const NAMESPACE_OF_OBJECT = /^namespaces "[^"]*" not found$/;
const TOO_LARGE = /request is too large|Request entity too large|too long: (?:may not be more than|must have at most)/i;
const REFUSED_BODY =
  /failed to create typed patch object|unable to convert unstructured|cannot unmarshal|strict decoding/;

const changedUid = (answer: Answer): boolean => answer.causes.some((cause) => cause.field === "metadata.uid");
const hasCause = (answer: Answer, reason: string): boolean => answer.causes.some((cause) => cause.reason === reason);

/** What an answer means: the first row that holds gives the class. */
const ROWS: readonly { readonly errorClass: ApiErrorClass; readonly when: (answer: Answer) => boolean }[] = [
  { errorClass: "TRANSIENT", when: (a) => /failed calling webhook/.test(a.message) },
  { errorClass: "DENIED", when: (a) => DENIED.test(a.message) || (a.status === 403 && POD_SECURITY.test(a.message)) },
  { errorClass: "TOO_LARGE", when: (a) => a.status === 413 || (a.status >= 400 && TOO_LARGE.test(a.message)) },
  { errorClass: "CONFLICT", when: (a) => a.status === 409 && hasCause(a, "FieldManagerConflict") },
  { errorClass: "STALE", when: (a) => a.status === 409 },
  { errorClass: "STALE", when: (a) => a.status === 422 && changedUid(a) },
  { errorClass: "INVALID", when: (a) => a.status === 500 && REFUSED_BODY.test(a.message) },
  { errorClass: "INVALID", when: (a) => a.status === 400 || a.status === 422 },
  { errorClass: "AUTH", when: (a) => a.status === 401 },
  { errorClass: "NAMESPACE_TERMINATING", when: (a) => a.status === 403 && hasCause(a, "NamespaceTerminating") },
  { errorClass: "QUOTA", when: (a) => a.status === 403 && /(?:exceeded|failed|insufficient) quota/i.test(a.message) },
  {
    errorClass: "DENIED", // LimitRange and other admission plugins say no with the words of RBAC but name no verb
    when: (a) => a.status === 403 && /is forbidden: /.test(a.message) && !/ cannot /.test(a.message),
  },
  { errorClass: "FORBIDDEN", when: (a) => a.status === 403 },
  { errorClass: "KIND_UNKNOWN", when: (a) => a.status === 404 && !a.isStatus },
  {
    errorClass: "NAMESPACE_MISSING",
    when: (a) => a.status === 404 && a.method !== "GET" && a.method !== "DELETE" && NAMESPACE_OF_OBJECT.test(a.message),
  },
  { errorClass: "KIND_UNKNOWN", when: (a) => a.status === 404 && a.detailsName === "" && a.detailsKind === "" },
  { errorClass: "NOT_FOUND", when: (a) => a.status === 404 },
  { errorClass: "GONE", when: (a) => a.status === 410 },
  { errorClass: "LEGACY", when: (a) => a.status === 415 },
  { errorClass: "THROTTLED", when: (a) => a.status === 429 || (a.status === 503 && a.retryAfterMs !== undefined) },
  { errorClass: "TRANSIENT", when: (a) => a.status >= 500 && a.status <= 504 && a.isStatus },
  { errorClass: "TRANSIENT", when: (a) => a.status >= 502 && a.status <= 504 },
  { errorClass: "PROTOCOL", when: () => true },
];

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** The body as JSON, or undefined when it is none (HTML, cut off, empty, beyond all limits). */
export const bodyAsJson = readJson;

/** Seconds of Retry-After in ms; an HTTP date is not used by API servers and counts as absent. */
export const retryAfterMs = (headers: KubeResponse["headers"]): number | undefined => {
  const value = headers["retry-after"];
  return value !== undefined && /^\d{1,5}$/.test(value) ? Number(value) * 1000 : undefined;
};

const causesOf = (details: Json | undefined): readonly ApiErrorCause[] => {
  const causes = isObject(details) ? details["causes"] : undefined;
  if (!Array.isArray(causes)) return [];
  return (causes as readonly Json[]).filter(isObject).map((cause) => ({
    reason: text(cause["reason"]),
    message: text(cause["message"]),
    field: text(cause["field"]),
  }));
};

const answerOf = (method: KubeRequest["method"], response: KubeResponse, body: Json | undefined): Answer => {
  const status = isObject(body) && body["kind"] === "Status" ? body : undefined;
  const details = status?.["details"];
  const code = status?.["code"];
  return {
    method,
    status: response.status < 400 && typeof code === "number" ? code : response.status,
    retryAfterMs: retryAfterMs(response.headers),
    isStatus: status !== undefined,
    reason: text(status?.["reason"]),
    message:
      status === undefined
        ? strike(response.body.toString("utf8", 0, 4096))
            .slice(0, 300)
            .trim()
        : strike(text(status["message"])).slice(0, 4096),
    detailsKind: isObject(details) ? text(details["kind"]) : "",
    detailsName: isObject(details) ? text(details["name"]) : "",
    causes: causesOf(details),
  };
};

const toDetail = (answer: Answer): ApiErrorDetail => {
  const errorClass = ROWS.find((row) => row.when(answer))?.errorClass ?? "PROTOCOL";
  return {
    errorClass,
    status: answer.status,
    reason: answer.reason === "" ? (errorClass === "PROTOCOL" ? "ApiProtocolError" : errorClass) : answer.reason,
    message: answer.message === "" ? `HTTP ${answer.status} without a message` : answer.message,
    causes: answer.causes,
    ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
  };
};

/** What an answer means: undefined for success with a JSON body, else the class and the server's own words. */
export const classifyResponse = (
  method: KubeRequest["method"],
  response: KubeResponse,
  body: Json | undefined = bodyAsJson(response.body),
): ApiErrorDetail | undefined => {
  const isSuccess = response.status >= 200 && response.status <= 299;
  const type = response.headers["content-type"];
  const isJson = type === undefined || /\bjson\b/i.test(type);
  const failed = isObject(body) && body["kind"] === "Status" && body["status"] === "Failure";
  if (isSuccess && isJson && isObject(body) && !failed) return undefined;
  // Only now: its words are searched for credentials, which costs more than all the rest of an apply.
  const detail = toDetail(answerOf(method, response, body));
  if (!isSuccess) return detail;
  const refused: ApiErrorDetail = { ...detail, errorClass: "PROTOCOL", reason: "ApiProtocolError" };
  if (isJson || failed || !isObject(body)) return refused;
  return { ...refused, message: `an answer of the type ${JSON.stringify(strike(type).slice(0, 80))}` };
};

/** The same for a Status that arrived as an ERROR event of a watch. */
export const classifyStatus = (status: JsonObject): ApiErrorDetail => {
  const code = status["code"];
  const response = { status: typeof code === "number" ? code : 500, headers: {}, body: Buffer.alloc(0) };
  return toDetail(answerOf("GET", response, status));
};

/** The JSON object of a successful answer; throws the classified ApiError otherwise. */
export const expectObject = (subject: string, method: KubeRequest["method"], response: KubeResponse): JsonObject => {
  const body = bodyAsJson(response.body);
  const detail = classifyResponse(method, response, body);
  if (detail !== undefined) throw new ApiError(subject, detail);
  return body as JsonObject;
};
