import { readingsOf } from "./readings.ts";

// Invariant told.no-secret. One of the few states of a module: what a process must never say is a matter of the process. Handed on as an argument
// it would be missing at the one exit that nobody thought of.
const held = new Map<string, readonly string[]>();
const MOST_HELD = 4096;

/** Below this a value is too common a word to be taken out of any text; also the length of a beginning in the index. */
const SHORTEST = 4;
const MARK = "***";
const MOST_READ = 64 * 1024;

/** What is looked for, by its first bytes: a text is gone through once, however many credentials there are. */
interface Secrets {
  readonly byStart: ReadonlyMap<string, readonly string[]>;
  /** First bytes: most places of a text are passed over by this alone. */
  readonly first: ReadonlySet<number>;
}
let index: Secrets | undefined;

// Names come again and again. Forgotten with the index: a text is clean only beside the credentials in force.
let clean = new Set<string>();
const MOST_REMEMBERED = 10_000;
const LONGEST_REMEMBERED = 200;

const secrets = (): Secrets => {
  if (index !== undefined) return index;
  const all = new Set([...held.values()].flat());
  const byStart = Map.groupBy(all, (secret) => secret.slice(0, SHORTEST));
  clean = new Set();
  return (index = { byStart, first: new Set([...all].map((secret) => secret.charCodeAt(0))) });
};

const hold = (value: string): void => {
  if (value.length < SHORTEST) return;
  const forms = [value, value.toLowerCase(), value.toUpperCase()].flatMap((form) => [form, form.replace(/\s+/g, "")]);
  if (!held.delete(value)) index = undefined; // held anew, it is among the newest, which stay
  held.set(
    value,
    // Also as a text that holds it is read: what is an escape or a space in the credential itself is taken back there too.
    [...new Set(forms.flatMap((form) => readingsOf(form).map(({ bytes }) => bytes.toLowerCase())))].filter(
      (secret) => secret.length >= SHORTEST,
    ),
  );
  const [oldest] = held.keys();
  if (held.size <= MOST_HELD || oldest === undefined) return;
  held.delete(oldest);
  index = undefined;
};

/** From now on `strike` takes this credential out of every text, in whatever form it stands there. */
export const withhold = (value: string): void => {
  const lines = value.split(/\r?\n/).filter((line) => !line.startsWith("-----"));
  if (lines.length > 1) for (const line of lines) if (line.trim().length >= 16) hold(line.trim());
  hold(value.trim());
};

/**
 * The text without any credential in force: as written, in other case, percent-encoded, escaped as in JSON, C or HTML,
 * in base64 (also of `user:password`) or hex, and broken over lines. Of a text above 64 Ki characters the rest is left
 * out: what was not looked at is not told.
 */
export const strike = (text: string): string => {
  if (held.size === 0 || text.length < SHORTEST) return text;
  if (index !== undefined && clean.has(text)) return text;
  const read = text.length > MOST_READ ? text.slice(0, MOST_READ) : text;
  const spans = readingsOf(read).flatMap(({ bytes, from, to }) =>
    foundIn(bytes, 2).map(([start, end]): Span => [from[start] ?? 0, to[end - 1] ?? 0]),
  );
  if (spans.length > 0 || text.length > LONGEST_REMEMBERED) return without(read, spans);
  if (clean.size >= MOST_REMEMBERED) clean.clear();
  clean.add(text);
  return text;
};

type Span = readonly [from: number, to: number];

const foundIn = (bytes: string, depth: number): readonly Span[] => {
  const lower = bytes.toLowerCase();
  const { byStart, first } = secrets();
  const spans: Span[] = [];
  for (let at = 0; at <= lower.length - SHORTEST; at += 1) {
    if (!first.has(lower.charCodeAt(at))) continue;
    for (const secret of byStart.get(lower.slice(at, at + SHORTEST)) ?? [])
      if (lower.startsWith(secret, at) || isCutAtTheEnd(lower, at, secret))
        spans.push([at, Math.min(at + secret.length, lower.length)]);
  }
  if (depth > 0) for (const form of forms) spans.push(...encodedIn(bytes, depth - 1, form));
  return spans;
};

/** Whether a text ends with the beginning of a secret: somebody else has cut it there. */
const isCutAtTheEnd = (text: string, at: number, secret: string): boolean =>
  text.length - at >= Math.max(8, secret.length / 2) && secret.startsWith(text.slice(at));

interface Form {
  readonly encoding: "base64" | "hex";
  readonly run: RegExp;
  /** So many characters stand for so many bytes. */
  readonly characters: number;
  readonly bytes: number;
}

const forms: readonly Form[] = [
  { encoding: "base64", run: /[A-Za-z0-9+/_-]{6,}={0,2}/g, characters: 4, bytes: 3 },
  { encoding: "hex", run: /[0-9a-fA-F]{8,}/g, characters: 2, bytes: 1 },
];

// A run may begin inside a word: it is read from each character that a group can begin with.
const encodedIn = (text: string, depth: number, form: Form): readonly Span[] => {
  const spans: Span[] = [];
  for (const { 0: run, index } of text.matchAll(form.run)) {
    for (let skip = 0; skip < form.characters; skip += 1) {
      const decoded = Buffer.from(run.slice(skip), form.encoding).toString("latin1");
      for (const [start, end] of foundIn(decoded, depth)) {
        const first = index + skip + Math.floor(start / form.bytes) * form.characters;
        const last = index + skip + Math.ceil(end / form.bytes) * form.characters;
        spans.push([first, Math.min(last, index + run.length)]);
      }
    }
  }
  return spans;
};

const without = (text: string, spans: readonly Span[]): string => {
  let out = "";
  let at = 0;
  for (const [from, to] of spans.toSorted(([a], [b]) => a - b)) {
    if (from >= at) out += text.slice(at, from) + MARK;
    at = Math.max(at, to);
  }
  return out + text.slice(at);
};
