import type { ApiErrorClass } from "@evenkeel/words";

import { ApiError } from "./api-error.ts";
import { classifyResponse } from "./classify-response.ts";
import { NotIdentified } from "./not-identified.ts";
import { OtherCluster } from "./other-cluster.ts";
import type { KubeResponse } from "./transport.ts";
import { WHO_ASKED } from "./who-is-asked.ts";

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

const TLS = /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:GET|VERIFY))/;

/** No answer came: TLS when the certificate was at fault, else TRANSIENT (a write may have happened all the same). */
export const toNetworkError = (subject: string, error: unknown): ApiError | OtherCluster => {
  if (error instanceof ApiError || error instanceof OtherCluster) return error;
  if (error instanceof NotIdentified) return error.error;
  const code = codeOf(error);
  const errorClass: ApiErrorClass = TLS.test(code) ? "TLS" : "TRANSIENT";
  const reason = code !== "" ? code : error instanceof Error ? error.name : "unknown";
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(subject, { errorClass, status: 0, reason, message, causes: [] }, { cause: error });
};

/** A watch that said nothing, not even that nothing has happened. */
export const silentError = (subject: string, ms: number): ApiError =>
  new ApiError(subject, {
    errorClass: "TRANSIENT",
    status: 0,
    reason: "WatchSilent",
    message: `no event and no bookmark for ${ms} ms`,
    causes: [],
  });

/** The deadline of a call passed without an answer. */
export const deadlineError = (subject: string, ms: number): ApiError =>
  new ApiError(subject, {
    errorClass: "TRANSIENT",
    status: 0,
    reason: "DeadlineExceeded",
    message: `no answer within ${ms} ms`,
    causes: [],
  });

/** The deadline of a call passed while others had all the places: the server was not asked. */
export const noPlaceError = (subject: string, ms: number): ApiError =>
  new ApiError(subject, {
    errorClass: "TRANSIENT",
    status: 0,
    reason: "NoPlace",
    message: `no place among the open calls within ${ms} ms`,
    causes: [],
  });

/** The server was asked which cluster it is, and said nothing: what was meant for a cluster was not sent. */
export const noWordError = (ms: number): ApiError =>
  new ApiError(WHO_ASKED, {
    errorClass: "TRANSIENT",
    status: 0,
    reason: "NoAnswer",
    message: `it did not say within ${ms} ms which cluster it is, so nothing more was sent`,
    causes: [],
  });

/** An answer beyond what one may have: whoever asked for a list asks for less of it. */
export class AnswerTooLarge extends ApiError {
  constructor(subject: string, most: number) {
    const message = `an answer of more than ${most} bytes`;
    super(subject, { errorClass: "PROTOCOL", status: 0, reason: "ApiProtocolError", message, causes: [] });
  }
}

/** What came is no JSON of the API. */
export const protocolError = (subject: string, message: string, cause?: unknown): ApiError =>
  new ApiError(
    subject,
    { errorClass: "PROTOCOL", status: 0, reason: "ApiProtocolError", message, causes: [] },
    cause === undefined ? {} : { cause },
  );

/** What a watch is answered with in place of its events. */
export const notAStream = (subject: string, answer: KubeResponse): ApiError => {
  const detail = classifyResponse("GET", answer);
  if (detail !== undefined) return new ApiError(subject, detail);
  return protocolError(subject, `a watch answered with status ${answer.status}`);
};
