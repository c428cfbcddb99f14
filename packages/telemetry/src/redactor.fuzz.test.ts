import { always, brokenIf, fuzz, made, textOf } from "@evenkeel/fuzz";
import type { Chance } from "@evenkeel/fuzz";

import { logRecord } from "./log-record.ts";
import { strikeValues } from "./strike-values.ts";
import { strike, withhold } from "./withheld.ts";

/** Forms of credentials as hosts give them, none of them a word. */
const SECRETS = [
  "glpat-Zq7x_Kd93hAbT1mV",
  "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
  'pa$$ "w0rd" \\/ <é>',
  "hunter2hunter2",
  "AKIAIOSFODNN7EXAMPLE",
  "x9&k=/+%20:@~!",
];
for (const secret of SECRETS) withhold(secret);

const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const each = (text: string, by: (byte: number) => string): string => Array.from(bytes(text), by).join("");
const hex = (byte: number, width = 2): string => byte.toString(16).padStart(width, "0");

/** How what holds a credential writes it anew. */
const ENCODINGS: Readonly<Record<string, (text: string, chance: Chance) => string>> = {
  raw: (text) => text,
  base64: (text, chance) =>
    bytes("xyz".slice(0, chance.below(4)) + text + "!?".slice(0, chance.below(3))).toString("base64"),
  base64url: (text) => bytes(text).toString("base64url"),
  "base64 of a pair": (text) => bytes(`deploy:${text}`).toString("base64"),
  hex: (text) => bytes(text).toString("hex"),
  HEX: (text) => bytes(text).toString("hex").toUpperCase(),
  percent: encodeURIComponent,
  "percent of each byte": (text) => each(text, (byte) => `%${hex(byte)}`),
  json: (text) => JSON.stringify(text),
  "json in json": (text) => JSON.stringify(JSON.stringify(text)),
  "\\u": (text) => Array.from(text, (one) => `\\u${hex(one.charCodeAt(0), 4)}`).join(""),
  "\\x": (text) => each(text, (byte) => `\\x${hex(byte)}`),
  html: (text) =>
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  "html numbers": (text) => Array.from(text, (one) => `&#${one.charCodeAt(0)};`).join(""),
};
const BREAKS = ["\n", "\r\n", "\nremote: ", "\n\t", "\u200b", "\0", '" + "', " ", "\u001b[0m".slice(0, 1), "\u00ad"];
const split = (text: string, width: number, by: string): string =>
  (text.match(new RegExp(`[^]{1,${width}}`, "gu")) ?? []).join(by);

const WORDS = [
  "fatal: could not read",
  "the host said",
  "error",
  "{",
  "}",
  '"',
  ":",
  "https://git.example.org/x",
  "Authorization: Basic",
  " ",
  "\n",
  "=",
  "%41",
  "\\n",
  "&amp;",
  "dGVzdA==",
  "deadbeefdeadbeef",
];

interface Input {
  readonly before: string;
  readonly form: string;
  readonly after: string;
  readonly encoding: string;
}
const inputs = made<Input>({
  make: (chance) => {
    const secret = chance.pick(SECRETS);
    const first = chance.pick(Object.keys(ENCODINGS));
    let form = ENCODINGS[first]?.(secret, chance) ?? "";
    const isSplit = chance.once(3);
    if (isSplit)
      form = split(
        form,
        4 + chance.below(20),
        chance.pick(secret.includes('"') || form.includes('"') ? BREAKS.filter((one) => !one.includes('"')) : BREAKS),
      ); // whose quote is whose, nobody can tell
    const around = (): string =>
      chance.once(4)
        ? textOf(chance, { corpus: WORDS, words: WORDS }).slice(0, 300)
        : Array.from({ length: chance.below(4) }, () => chance.pick(WORDS)).join(" ");
    const encoding = chance.once(12) ? "none" : `${first}${isSplit ? ", split" : ""}`;
    return { before: `${around()} `, form: encoding === "none" ? "" : form, after: ` ${around()}`, encoding };
  },
  *smaller(input) {
    if (input.before !== "") yield { ...input, before: "" };
    if (input.after !== "") yield { ...input, after: "" };
  },
});

/** Without what stands between the pieces, and without what JSON writes for it. */
const squeezed = (text: string): string =>
  text.replace(/[\s\p{C}]|remote: |\\+"? \+ \\*"|" \+ "|\\+u00[01][0-9a-f]|\\+[nrt](?=\W|remote)/gu, "").toLowerCase();

/** What of a form is still told: a piece that is long enough to be no accident. */
const toldOf = (form: string, told: string): string | undefined => {
  // Whose credential it is may be told: `deploy:` in front of it.
  const [wanted, found] = [squeezed(form).replace(/^zgvwbg95o(?=.{12})/, ""), squeezed(told)];
  const length = Math.min(12, wanted.length);
  for (let at = 0; at + length <= wanted.length; at += 3)
    if (found.includes(wanted.slice(at, at + length))) return wanted.slice(at, at + length);
  return undefined;
};

const exits = { strike, logRecord, strikeValues };
type Exits = typeof exits;

fuzz<Input, Exits>({
  name: "redactor",
  inputs,
  subject: exits,
  law:
    (the) =>
    ({ before, form, after, encoding }, note) => {
      const text = before + form + after;
      note(encoding === "none" ? "clean" : encoding.endsWith("split") ? "split" : encoding);
      const told = always(() => the.strike(text));
      if (encoding === "none") {
        brokenIf(
          !SECRETS.some((secret) => text.includes(secret)) && told !== text,
          "what holds no credential is changed",
        );
        return;
      }
      brokenIf(toldOf(form, told) !== undefined, () => `${encoding}: ${toldOf(form, told)} is told`);
      if (form.length % 4 !== 0) return;
      const line = JSON.stringify(
        always(() => the.logRecord({ error: new Error(text), [form]: 1, deep: { list: [text] } }, "warn")),
      );
      brokenIf(
        toldOf(JSON.stringify(form).slice(1, -1), line) !== undefined || toldOf(form, line) !== undefined,
        `${encoding}: it is told in a line of the log`,
      );
      const values = JSON.stringify(always(() => the.strikeValues({ [form]: [text], a: { b: text } })));
      brokenIf(toldOf(JSON.stringify(form).slice(1, -1), values) !== undefined, `${encoding}: it is told in a value`);
    },
  sometimes: { raw: 50, base64: 50, hex: 50, percent: 50, json: 50, split: 6, clean: 20 },
  // A text is read in some ten ways, and each of them by three decodings.
  count: 10_000,
  planted: {
    "hex is not read": { ...exits, strike: (text) => (/[0-9a-f]{24}/.test(text) ? text : strike(text)) },
    "base64 is read from its first character alone": {
      ...exits,
      strike: (text) => (/eHl6/.test(text) ? text : strike(text)),
    },
    "names of members are not looked at": {
      ...exits,
      strikeValues: (value) =>
        Object.fromEntries(
          Object.entries(value as object).map(([key, member]) => [key, strikeValues(member)]),
        ) as never,
    },
    "a form is struck only in one piece": {
      ...exits,
      strike: (text) => (text.includes("\u200b") ? text : strike(text)),
    },
  },
});
