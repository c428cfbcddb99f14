import { writeJson } from "../store/write-json.ts";
import type { PlainAnswer } from "./exchange.ts";
import { type ApiRefusal, statusOf } from "./status.ts";

const BASE = { "cache-control": "no-cache, private" } as const;

const escaped = (text: string): string => text.replaceAll(/["\\]/g, "\\$&");

/** Texts as the values of `Warning` headers; equal ones are told once. */
const warningHeader = (warnings: readonly string[]): Readonly<Record<string, string>> =>
  warnings.length === 0 ? {} : { warning: [...new Set(warnings)].map((text) => `299 - "${escaped(text)}"`).join(", ") };

/** A JSON answer. */
export const plain = (status: number, body: string, warnings: readonly string[] = []): PlainAnswer => ({
  kind: "plain",
  status,
  headers: { ...BASE, "content-type": "application/json", ...warningHeader(warnings) },
  body,
});

/** A text answer: probes and the plain 404. */
export const textAnswer = (status: number, body: string): PlainAnswer => ({
  kind: "plain",
  status,
  headers: { ...BASE, "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  body,
});

/** What the server says to a path of which it knows nothing at all. */
export const pageNotFound = (): PlainAnswer => textAnswer(404, "404 page not found\n");

/** The Status of a refusal. */
export const refused = (refusal: ApiRefusal, warnings: readonly string[] = []): PlainAnswer => {
  const answer = plain(refusal.code, writeJson(statusOf(refusal)), warnings);
  const seconds = refusal.details?.retryAfterSeconds;
  return seconds === undefined ? answer : { ...answer, headers: { ...answer.headers, "retry-after": String(seconds) } };
};
