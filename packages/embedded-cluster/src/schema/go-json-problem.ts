import { goQuote } from "../kinds/validation/go-quote.ts";

/** Thrown at the first character that cannot go on; never leaves this file. */
class Problem extends Error {
  override readonly name = "Problem";
}

const END = "unexpected end of JSON input";

/** Why Go's scanner refuses a text as JSON (`invalid character 'b' looking for beginning of value`); undefined when it does not. */
export const goJsonProblem = (text: string): string | undefined => {
  const bytes = Buffer.from(text, "utf8").toString("latin1"); // Go looks at bytes
  let at = 0;
  const next = (): string => {
    const character = bytes[at];
    if (character === undefined) throw new Problem(END);
    return character;
  };
  /** At the end of the text Go tries a space, which the middle of a number, word or escape refuses. */
  const current = (): string => bytes[at] ?? " ";
  const refuse = (where: string): never => {
    throw new Problem(`invalid character ${quoteCharacter(current())} ${where}`);
  };
  const skipSpace = (): void => {
    while (/[ \t\r\n]/.test(bytes[at] ?? "")) at += 1;
  };
  const want = (pattern: RegExp, where: string): void => {
    if (!pattern.test(current())) refuse(where);
    at += 1;
  };
  const skipDigits = (): void => {
    while (/\d/.test(bytes[at] ?? "")) at += 1;
  };

  const readString = (): void => {
    at += 1;
    while (next() !== '"') {
      if (next() < " ") refuse("in string literal");
      at += 1;
      if (bytes[at - 1] !== "\\") continue;
      const escape = current();
      want(/[bfnrt\\/"u]/, "in string escape code");
      if (escape === "u")
        for (let digits = 0; digits < 4; digits += 1) want(/[0-9a-fA-F]/, "in \\u hexadecimal character escape");
    }
    at += 1;
  };

  const readNumber = (): void => {
    if (next() === "-") at += 1;
    if (current() === "0") at += 1;
    else {
      want(/[1-9]/, "in numeric literal");
      skipDigits();
    }
    if (bytes[at] === ".") {
      at += 1;
      want(/\d/, "after decimal point in numeric literal");
      skipDigits();
    }
    if (/[eE]/.test(bytes[at] ?? "")) {
      at += 1;
      if (/[+-]/.test(bytes[at] ?? "")) at += 1;
      want(/\d/, "in exponent of numeric literal");
      skipDigits();
    }
  };

  const readWord = (word: string): void => {
    for (const character of word) {
      if (current() !== character) refuse(`in literal ${word} (expecting '${character}')`);
      at += 1;
    }
  };

  const readObject = (): void => {
    at += 1;
    skipSpace();
    if (next() === "}") return void (at += 1);
    for (;;) {
      skipSpace();
      if (next() !== '"') refuse("looking for beginning of object key string");
      readString();
      skipSpace();
      next();
      want(/:/, "after object key");
      readValue();
      skipSpace();
      if (next() === "}") return void (at += 1);
      want(/,/, "after object key:value pair");
    }
  };

  const readList = (): void => {
    at += 1;
    skipSpace();
    if (next() === "]") return void (at += 1);
    for (;;) {
      readValue();
      skipSpace();
      if (next() === "]") return void (at += 1);
      want(/,/, "after array element");
    }
  };

  const readValue = (): void => {
    skipSpace();
    const first = next();
    if (first === "{") return readObject();
    if (first === "[") return readList();
    if (first === '"') return readString();
    if (/[-\d]/.test(first)) return readNumber();
    const word = { t: "true", f: "false", n: "null" }[first];
    return word === undefined ? refuse("looking for beginning of value") : readWord(word);
  };

  try {
    readValue();
    skipSpace();
    if (at < bytes.length) refuse("after top-level value");
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
};

const quoteCharacter = (character: string): string => {
  if (character === "'") return String.raw`'\''`;
  return character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`;
};
