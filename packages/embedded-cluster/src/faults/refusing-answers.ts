import type { ApiAnswer, PlainAnswer } from "../server/exchange.ts";
import type { Fault } from "./fault-script.ts";

const plain = (status: number, body: string, headers: Record<string, string>): PlainAnswer => ({
  kind: "plain",
  status,
  headers: { "cache-control": "no-cache, private", ...headers },
  body,
});

const status = (code: number, reason: string, message: string, headers: Record<string, string> = {}): PlainAnswer => {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  return plain(code, `${JSON.stringify(body)}\n`, { "content-type": "application/json", ...headers });
};

const html = (code: number, title: string): PlainAnswer =>
  plain(code, `<html>\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`, {
    "content-type": "text/html",
  });

/** What priority and fairness answers when a queue is full: plain text, no Status. */
export const throttled = (retryAfterSeconds: number): PlainAnswer =>
  plain(429, "Too many requests, please try again later.\n", {
    "content-type": "text/plain; charset=utf-8",
    "retry-after": String(retryAfterSeconds),
  });

const ERRORS: Readonly<Record<Extract<Fault, { readonly kind: "error" }>["status"], PlainAnswer>> = {
  500: status(500, "InternalError", "Internal error occurred: etcdserver: request timed out"),
  502: html(502, "502 Bad Gateway"),
  503: status(503, "ServiceUnavailable", "the server is currently unable to handle the request"),
  504: status(504, "Timeout", "Timeout: request did not complete within the allotted timeout"),
};

export const errorAnswer = (fault: Extract<Fault, { readonly kind: "error" }>): PlainAnswer => {
  const answer = ERRORS[fault.status];
  if (fault.retryAfterSeconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, "retry-after": String(fault.retryAfterSeconds) } };
};

const EXPIRED = "too old resource version: 1 (2)";
export const expiredAnswer: PlainAnswer = status(410, "Expired", EXPIRED);
/** The same as the last line of a watch. */
export const expiredLine: string = JSON.stringify({ type: "ERROR", object: JSON.parse(expiredAnswer.body) as unknown });

/** An answer that something on the way has damaged. A watch is left alone: its lines have faults of their own. */
export const damaged = (answer: ApiAnswer, form: "truncated" | "html" | "empty"): ApiAnswer => {
  if (answer.kind === "stream") return answer;
  switch (form) {
    case "html":
      return html(200, "Please sign in");
    case "truncated":
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
    case "empty":
      return { ...answer, body: "" };
  }
};
