import {
  byKey,
  type LabelRequirement,
  labelRequirement,
  type LabelRequirements,
  type SelectorOperator,
  SelectorRefused,
} from "./label-selector.ts";
import { goQuote } from "./go-quote.ts";
import { qualifiedNameRule } from "./names.ts";

type Token = "end" | "identifier" | "error" | "in" | "notin" | "(" | ")" | "," | "!" | "==" | "=" | "!=" | ">" | "<";
interface Lexeme {
  readonly token: Token;
  readonly literal: string;
}

const special = new Set(["=", "!", "(", ")", ",", ">", "<"]);
const space = new Set([" ", "\t", "\r", "\n"]);
const symbols = new Set<string>([")", ",", "!", "==", "=", ">", "<", "!=", "("]);

/** The longest symbol, cut as the server's scanner cuts it. */
const symbolAt = (text: string, start: number): Lexeme => {
  let end = start;
  let found = "";
  while (end < text.length && special.has(text.charAt(end))) {
    const longer = text.slice(start, end + 1);
    if (symbols.has(longer)) found = longer;
    else if (found !== "") break;
    end += 1;
  }
  if (found === "") return { token: "error", literal: `error expected: keyword found '${text.slice(start, end)}'` };
  return { token: found as Token, literal: found };
};

const lex = (text: string): readonly Lexeme[] => {
  const lexemes: Lexeme[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (space.has(character)) {
      at += 1;
      continue;
    }
    if (character === "\0") break;
    if (special.has(character)) {
      const lexeme = symbolAt(text, at);
      lexemes.push(lexeme);
      at += Math.max(lexeme.literal.length, 1);
      continue;
    }
    const start = at;
    while (at < text.length && !special.has(text.charAt(at)) && !space.has(text.charAt(at))) at += 1;
    const literal = text.slice(start, at);
    lexemes.push({ token: literal === "in" || literal === "notin" ? literal : "identifier", literal });
  }
  return [...lexemes, { token: "end", literal: "" }];
};

const binary: readonly string[] = ["in", "notin", "=", "==", "!=", "gt", "lt"];
const operators: Partial<Readonly<Record<Token, SelectorOperator>>> = {
  in: "in",
  notin: "notin",
  "=": "=",
  "==": "==",
  "!=": "!=",
  ">": "gt",
  "<": "lt",
};

/** Reads lexemes one by one; `in` and `notin` are ordinary names where a key or value stands. */
class Reader {
  readonly #lexemes: readonly Lexeme[];
  #at = 0;

  constructor(lexemes: readonly Lexeme[]) {
    this.#lexemes = lexemes;
  }

  peek(): Lexeme {
    const lexeme = this.#lexemes[this.#at] ?? { token: "end", literal: "" };
    return lexeme.token === "in" || lexeme.token === "notin" ? { ...lexeme, token: "identifier" } : lexeme;
  }

  take(): Lexeme {
    const lexeme = this.peek();
    this.#at += 1;
    return lexeme;
  }

  takeOperator(): Lexeme {
    const lexeme = this.#lexemes[this.#at] ?? { token: "end", literal: "" };
    this.#at += 1;
    return lexeme;
  }
}

const identifiers = (reader: Reader): Set<string> => {
  const values = new Set<string>();
  for (;;) {
    const { token, literal } = reader.take();
    if (token === "identifier") {
      values.add(literal);
      const next = reader.peek();
      if (next.token === ")") return values;
      if (next.token !== ",") throw new SelectorRefused(`found '${next.literal}', expected: ',' or ')'`);
    } else if (token === ",") {
      if (values.size === 0) values.add("");
      const next = reader.peek();
      if (next.token === ")" || next.token === ",") values.add("");
      if (next.token === ")") return values;
    } else throw new SelectorRefused(`found '${literal}', expected: ',', or identifier`);
  }
};

const valueSet = (reader: Reader): Set<string> => {
  const open = reader.take();
  if (open.token !== "(") throw new SelectorRefused(`found '${open.literal}' expected: '('`);
  const first = reader.peek();
  if (first.token === ")") {
    reader.take();
    return new Set([""]);
  }
  if (first.token !== "identifier" && first.token !== ",")
    throw new SelectorRefused(`found '${first.literal}', expected: ',', ')' or identifier`);
  const values = identifiers(reader);
  reader.take();
  return values;
};

const exactValue = (reader: Reader): Set<string> => {
  const next = reader.peek();
  if (next.token === "end" || next.token === ",") return new Set([""]);
  const { token, literal } = reader.take();
  if (token !== "identifier") throw new SelectorRefused(`found '${literal}', expected: identifier`);
  return new Set([literal]);
};

const requirement = (reader: Reader): LabelRequirement => {
  const negated = reader.peek().token === "!";
  if (negated) reader.take();
  const { token, literal: key } = reader.take();
  if (token !== "identifier") throw new SelectorRefused(`found '${key}', expected: identifier`);
  const errors = qualifiedNameRule(key);
  if (errors.length > 0) throw new SelectorRefused(`<nil>: Invalid value: ${goQuote(key)}: ${errors.join("; ")}`);
  const next = reader.peek().token;
  if (negated) return labelRequirement(key, "!", []);
  if (next === "end" || next === ",") return labelRequirement(key, "exists", []);
  const found = reader.takeOperator();
  const operator = operators[found.token];
  if (operator === undefined) throw new SelectorRefused(`found '${found.literal}', expected: ${binary.join(", ")}`);
  const values = operator === "in" || operator === "notin" ? valueSet(reader) : exactValue(reader);
  return labelRequirement(key, operator, [...values].toSorted());
};

const requirements = function* (reader: Reader): Generator<LabelRequirement> {
  for (;;) {
    const { token, literal } = reader.peek();
    if (token === "end") return;
    if (token !== "identifier" && token !== "!")
      throw new SelectorRefused(`found '${literal}', expected: !, identifier, or 'end of string'`);
    try {
      yield requirement(reader);
    } catch (error) {
      if (error instanceof SelectorRefused)
        throw new SelectorRefused(`unable to parse requirement: ${error.message}`, { cause: error });
      throw error;
    }
    const after = reader.take();
    if (after.token === "end") return;
    if (after.token !== ",") throw new SelectorRefused(`found '${after.literal}', expected: ',' or 'end of string'`);
    const next = reader.peek();
    if (next.token !== "identifier" && next.token !== "!")
      throw new SelectorRefused(`found '${next.literal}', expected: identifier after ','`);
  }
};

/** Reads a labelSelector parameter (`a=b,c in (d,e),!f`) as the API server does, sorted by key; throws SelectorRefused with its message. */
export const parseLabelSelector = (text: string): LabelRequirements => byKey([...requirements(new Reader(lex(text)))]);
