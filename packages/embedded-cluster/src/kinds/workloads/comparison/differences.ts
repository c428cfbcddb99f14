import type { Answered } from "./exchange.fixture.ts";

const MASKED = new Set(["uid", "resourceVersion", "creationTimestamp", "managedFields", "time"]);
/** Whether a body said "empty" or nothing is lost when it is decoded; only the bad values in messages tell. */
const EMPTY = /\[\]|\{\}/g;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

/** What both servers must say alike: without what each makes up by itself. */
export const comparable = (value: unknown): unknown => {
  if (typeof value === "string")
    return value.replaceAll(UID, "<uid>").replaceAll(TIME, "<time>").replaceAll(EMPTY, "null");
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => !MASKED.has(key) || (typeof item === "object" && key === "uid"),
  );
  return Object.fromEntries(
    entries
      .filter(([key]) => !MASKED.has(key))
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key.replaceAll(UID, "<uid>"), comparable(item)]),
  );
};

/** An answer as it is compared. Of a body that cannot be decoded only that it was refused. */
export const comparableAnswer = ({ status, warnings, body }: Answered): unknown =>
  status === 400 ? { status } : { status, warnings, body: comparable(body) };

/** Paths and both values of the first differences between two answers; empty when equal. */
export const differences = (real: unknown, ours: unknown, path = ""): readonly string[] => {
  if (JSON.stringify(real) === JSON.stringify(ours)) return [];
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
  if (!isTree(real) || !isTree(ours) || Array.isArray(real) !== Array.isArray(ours))
    return [`${path}\n  real: ${JSON.stringify(real)}\n  ours: ${JSON.stringify(ours)}`];
  const keys = [...new Set([...Object.keys(real), ...Object.keys(ours)])];
  return keys.flatMap((key) => differences(real[key], ours[key], `${path}/${key}`)).slice(0, 6);
};
