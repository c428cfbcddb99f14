/** Numbers as Go writes them, in English and for programs: `4711`, `4,711.5`, `8.9e+08`, `4.7×10⁰⁷`. */
const NUMBER = /(?<![\d\ue000])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:e[+-]?\d+|×10[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?/giu;
const HAS_EXPONENT = /e|×/i;
/** What a schema allows of a number: what was got is a value, whatever it is rounded to. */
const LIMIT = /\b(?:(?:exclusiveM|m)(?:ax|in)imum|multipleOf): got [^\n]*/g;
const ATTACHED_BEFORE = /[\p{L}\p{N}_./]-?$/u;
const ATTACHED_BEHIND = /^(?:[\p{L}_]|[./-][\p{L}\p{N}])/u;
/** As YAML, JSON and Go read them. */
const WRITTEN = /0x[\da-f_]+|0o[0-7_]+|0b[01_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?/gi;

/** The numbers that were said, to look for them in the input. */
export const numbersIn = (said: string): ReadonlySet<number> =>
  new Set([...said.matchAll(NUMBER)].flatMap(([text]) => [valueOf(text), ...(text.match(/\d+/g) ?? []).map(Number)]));

/** The numbers of a text, in every way in which they are read. */
export const readNumbers = function* (text: string): Iterable<number> {
  for (const [written] of text.matchAll(WRITTEN)) {
    const plain = written.replaceAll("_", "").toLowerCase();
    yield Number(plain);
    if (/^0[0-7]+$/.test(plain)) yield Number.parseInt(plain, 8);
  }
};

/** Of more than one digit: a single one says nothing. */
export const hasDigits = (text: string): boolean => /\d\D*\d/.test(text);

/** The text without numbers of the input that were written anew, and without any in a form in which no tool counts. */
export const strikeNumbers = (text: string, isOfInput: (value: number) => boolean): string =>
  text
    .replace(LIMIT, (limit) => limit.replace(NUMBER, (number) => (hasDigits(number) ? "***" : number)))
    .replace(NUMBER, (number, at: number) => {
      if (HAS_EXPONENT.test(number)) return "***";
      const before = text.slice(Math.max(0, at - 2), at);
      const isAttached =
        ATTACHED_BEFORE.test(before) || ATTACHED_BEHIND.test(text.slice(at + number.length).slice(0, 2));
      return hasDigits(number) && !isAttached && isOfInput(valueOf(number)) ? "***" : number;
    });

const valueOf = (number: string): number =>
  Number(
    number
      .replaceAll(",", "")
      .replace(/×10(.*)$/, (_whole, raised: string) => `e${raised.normalize("NFKC").replace("\u2212", "-")}`),
  );
