import type { Value, ValueMap } from "../../json.ts";
import { formatRequirements, requirementsOf } from "../../kinds/validation/label-selector.ts";
import { fieldsOf, isSet, structsOf, textOf } from "../../kinds/validation/read-value.ts";

/** What a cell may be made from: the object in its storage version, and the time. */
export interface RowContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** All cells of one object, wide columns too; a missing one is null. */
export type RowCells = (object: Readonly<ValueMap>, context: RowContext) => readonly Value[];

export const metaOf = (object: Readonly<ValueMap>): Readonly<ValueMap> => fieldsOf(object["metadata"]);
export const nameOf = (object: Readonly<ValueMap>): string => textOf(metaOf(object)["name"]);
export const specOf = (object: Readonly<ValueMap>): Readonly<ValueMap> => fieldsOf(object["spec"]);
export const statusOf = (object: Readonly<ValueMap>): Readonly<ValueMap> => fieldsOf(object["status"]);

/** Text, or what stands for an empty one. */
export const or = (text: string, otherwise: string): string => (text === "" ? otherwise : text);

/** The text of a pointer. */
export const textOr = (value: Value | undefined, otherwise: string): string =>
  isSet(value) ? String(value as string | number) : otherwise;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Rows: below this many seconds, the unit and, where two are shown, the smaller one. */
const STEPS: readonly (readonly [below: number, unit: number, suffix: string, rest?: number, restSuffix?: string])[] = [
  [2 * MINUTE, 1, "s"],
  [10 * MINUTE, MINUTE, "m", 1, "s"],
  [3 * HOUR, MINUTE, "m"],
  [8 * HOUR, HOUR, "h", MINUTE, "m"],
  [2 * DAY, HOUR, "h"],
  [8 * DAY, DAY, "d", HOUR, "h"],
  [2 * YEAR, DAY, "d"],
  [8 * YEAR, YEAR, "y", DAY, "d"],
  [Infinity, YEAR, "y"],
];

/** A span of time as people read it: two or three figures. A clock may be a second off. */
export const humanDuration = (ms: number): string => {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  for (const [below, unit, suffix, rest, restSuffix] of STEPS) {
    if (seconds >= below) continue;
    const whole = `${Math.floor(seconds / unit)}${suffix}`;
    const remaining = rest === undefined ? 0 : Math.floor((seconds % unit) / rest);
    return remaining === 0 ? whole : `${whole}${remaining}${restSuffix ?? ""}`;
  }
  return "";
};

/** How long ago a time was. */
export const since = (time: Value | undefined, { now }: RowContext): string => {
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? "<unknown>" : humanDuration(now - at);
};

export const ageOf = (object: Readonly<ValueMap>, context: RowContext): string =>
  since(metaOf(object)["creationTimestamp"], context);

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
export const sortedTexts = (texts: Iterable<string>): string[] => [...new Set(texts)].sort(byBytes);

/** Labels, sorted by their keys. */
export const labelsText = (labels: Value | undefined): string => {
  const map = fieldsOf(labels);
  const keys = sortedTexts(Object.keys(map));
  return or(keys.map((key) => `${key}=${textOf(map[key])}`).join(","), "<none>");
};

/** A label selector as text: nothing where there is none. */
export const selectorText = (selector: Value | undefined): string => {
  if (!isSet(selector)) return "";
  const requirements = requirementsOf(selector);
  return requirements === undefined ? "<error>" : formatRequirements(requirements);
};

/** Names and images of a template's containers. */
export const containerCells = (template: Value | undefined): readonly [names: string, images: string] => {
  const containers = structsOf(fieldsOf(fieldsOf(template)["spec"])["containers"]);
  const all = (field: string): string => containers.map((container) => textOf(container[field])).join(",");
  return [all("name"), all("image")];
};

/** The first three of a list, and how many more. */
export const firstThree = (texts: readonly string[], separator = ","): string =>
  texts.length <= 3 ? texts.join(separator) : `${texts.slice(0, 3).join(separator)} + ${texts.length - 3} more...`;
