/** A text that Go's `time.Parse` refuses; the message is Go's. */
export class TimeRefused extends Error {
  override readonly name = "TimeRefused";
}

type TimeLayout = "2006-01-02T15:04:05Z07:00" | "2006-01-02T15:04:05.000000Z07:00";

const canonical =
  /^(?!0000|0001-01-01T00:00:00)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** `metav1.Time`: UTC, whole seconds; null is the zero time. Throws TimeRefused. */
export const canonicalTime = (text: string): string | null => {
  if (canonical.test(text)) return text;
  const at = parseTime(text, "2006-01-02T15:04:05Z07:00");
  return at.ms === ZERO_TIME_MS ? null : `${isoSeconds(at.ms)}Z`;
};

/** `metav1.MicroTime`: UTC with six digits of fraction; null is the zero time. Throws TimeRefused. */
export const canonicalMicroTime = (text: string): string | null => {
  const at = parseTime(text, "2006-01-02T15:04:05.000000Z07:00");
  if (at.ms === ZERO_TIME_MS && at.fraction === "") return null;
  return `${isoSeconds(at.ms)}.${at.fraction.padEnd(6, "0").slice(0, 6)}Z`;
};

const ZERO_TIME_MS = Date.parse("0001-01-01T00:00:00Z");
const isoSeconds = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

/** One element of a layout: how it is written there, what it takes from the text, and what it may not exceed. */
interface Element {
  readonly written: string;
  readonly pattern: RegExp;
  readonly range?: readonly [name: string, least: number, most: number];
}

const year: Element = { written: "2006", pattern: /^\d{4}/ };
const month: Element = { written: "01", pattern: /^\d\d/, range: ["month", 1, 12] };
const day: Element = { written: "02", pattern: /^\d\d/ };
const hour: Element = { written: "15", pattern: /^\d\d?/, range: ["hour", 0, 23] };
const minute: Element = { written: "04", pattern: /^\d\d/, range: ["minute", 0, 59] };
const second: Element = { written: "05", pattern: /^\d\d/, range: ["second", 0, 59] };
const fraction: Element = { written: ".000000", pattern: /^[.,]\d{6}/ };
const zone: Element = { written: "Z07:00", pattern: /^(?:Z|[+-]\d\d:\d\d)/ };

/** Reads the elements in turn, as Go does, so that the first problem is told in Go's words. */
const parseTime = (text: string, layout: TimeLayout): { readonly ms: number; readonly fraction: string } => {
  let rest = text;
  const refuse = (element: string): never => {
    throw new TimeRefused(
      `parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element)}`,
    );
  };
  const refuseRange = (what: string): never => {
    throw new TimeRefused(`parsing time ${quote(text)}: ${what}`);
  };
  const literal = (character: string): void => {
    if (!rest.startsWith(character)) refuse(character);
    rest = rest.slice(1);
  };
  const take = ({ written, pattern, range }: Element): string => {
    const found = pattern.exec(rest)?.[0] ?? refuse(written);
    if (range !== undefined && (Number(found) < range[1] || Number(found) > range[2]))
      refuseRange(`${range[0]} out of range`);
    rest = rest.slice(found.length);
    return found;
  };

  const yyyy = take(year);
  literal("-");
  const mm = take(month);
  literal("-");
  const dd = take(day);
  literal("T");
  const hh = take(hour);
  literal(":");
  const mi = take(minute);
  literal(":");
  const ss = take(second);
  let digits = "";
  if (layout.includes(".")) digits = take(fraction).slice(1);
  else {
    // Go takes a fraction after the seconds even where the layout has none.
    const extra = /^[.,]\d+/.exec(rest)?.[0] ?? "";
    rest = rest.slice(extra.length);
    digits = extra.slice(1);
  }
  const offset = take(zone);
  if (rest !== "") refuseRange(`extra text: ${quote(rest)}`);
  const days = new Date(Date.UTC(2000 + (Number(yyyy) % 400), Number(mm), 0)).getUTCDate();
  if (Number(dd) < 1 || Number(dd) > days) refuseRange("day out of range");
  return { ms: Date.parse(`${yyyy}-${mm}-${dd}T${hh.padStart(2, "0")}:${mi}:${ss}${offset}`), fraction: digits };
};

const quote = (text: string): string => JSON.stringify(text);
