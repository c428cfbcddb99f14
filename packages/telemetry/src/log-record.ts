import type { LogFields } from "./port.ts";
import { strike } from "./withheld.ts";

/** Bytes of one line at most, its newline included. */
export const MAX_LINE_BYTES = 16 * 1024;

// Room for time, level, service, version and the trace ids beside fields and message.
const RESERVED_BYTES = 1024;

const describeError = (error: unknown, withStack: boolean): Record<string, unknown> => {
  if (!(error instanceof Error)) return { "error.type": typeof error, "error.message": String(error) };
  const chain: string[] = [];
  for (let cause: unknown = error; cause instanceof Error && chain.length < 5; cause = cause.cause) {
    chain.push(cause.message);
  }
  return {
    "error.type": error.name,
    "error.message": chain.join(": caused by "),
    ...(withStack && error.stack !== undefined ? { "error.stack": error.stack } : {}),
  };
};

// Only the beginning of a text is written.
const MOST_READ = 16 * 1024;
const MOST_SHOWN = 4096;

const cut = (value: string, most: number): string =>
  value.length <= most ? value : `${value.slice(0, most)}... (${value.length} characters)`;

const fit = (record: Record<string, unknown>, most: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, typeof value === "string" ? cut(value, most) : value]),
  );

// Before anything is cut: half a credential is not found any more.
const struck = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      strike(name),
      typeof value === "string" ? (value.length > MOST_READ ? shorten(value) : strike(value)) : value,
    ]),
  );

const shorten = (value: string): string =>
  `${strike(value.slice(0, MOST_READ)).slice(0, MOST_SHOWN)}... (${value.length} characters)`;

const scalar = (value: unknown): unknown => {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return value.message;
  if (typeof value !== "object" || value === null) return value;
  // One field stays one value: lists and objects travel as their JSON, so that the cap holds for them too.
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));
};

/** Fields of one line: errors flattened to `error.type` and `error.message` (a stack only for level `error`), bigints as
 *  decimal strings, lists as JSON text, credentials struck, every text cut until the line fits. Text stays one JSON string, so foreign text cannot start a line. */
export const logRecord = (fields: LogFields, level: "debug" | "info" | "warn" | "error"): Record<string, unknown> => {
  const record: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === "error") {
      if (value !== undefined) Object.assign(record, describeError(value, level === "error"));
    } else if (value !== undefined) record[name] = scalar(value);
  }
  const safe = struck(record);
  for (let most = MOST_SHOWN + 64; most >= 16; most = Math.floor(most / 2)) {
    const fitted = fit(safe, most);
    if (Buffer.byteLength(JSON.stringify(fitted)) <= MAX_LINE_BYTES - RESERVED_BYTES) return fitted;
  }
  return { fields_dropped: Object.keys(safe).length };
};
