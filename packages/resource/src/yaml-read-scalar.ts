import { SCALAR_STYLE, getScalarValue } from "js-yaml";
import type { MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";

import type { Json } from "./json.ts";
import type { ManifestProblem } from "./manifest-refused.ts";
import { notAString } from "./yaml-map.ts";
import { pathOfEvent } from "./yaml-path.ts";
import { isTimestamp, mayResolve, resolvePlain } from "./yaml-scalar.ts";
import type { Dialect } from "./yaml-scalar.ts";
import { problemAt, refuseAt } from "./yaml-source.ts";
import type { YamlSource } from "./yaml-source.ts";

/** Reads the scalars of one file. */
export interface ScalarReader {
  readonly readValue: (event: ScalarEvent, index: number) => Json;
  /** A value between brackets that is not written, as in `{a}`. */
  readonly readNothing: (index: number) => Json;
  /** Throws `YamlRefused` for a key that is no string to one of the dialects. */
  readonly readKey: (event: ScalarEvent, index: number) => string;
  /** True for an untagged plain `<<`. */
  readonly isMerge: (event: ScalarEvent) => boolean;
  readonly checkCollectionTag: (event: MappingEvent | SequenceEvent, kind: "map" | "seq", index: number) => void;
}

export interface ScalarRules {
  readonly dialect: Dialect;
  /** JSON writes `\/` and surrogate pairs; YAML readers refuse both. */
  readonly escapes: "yaml" | "json";
  /** Called with the text of each scalar before it is resolved. */
  readonly substitute?: (text: string, refuse: (problem: string, remedy: string) => Error) => string;
  /** Told of each scalar that the two dialects read differently; the problem is worded only for who asks: its path is a walk. */
  readonly onAmbiguous: (problem: () => ManifestProblem) => void;
}

const CORE = "tag:yaml.org,2002:";

export const scalarReader = (source: YamlSource, rules: ScalarRules): ScalarReader => {
  const refuse = (index: number, problem: string, remedy: string): Error =>
    refuseAt(source, index, "YamlRefused", problem, remedy);

  const textOf = (event: ScalarEvent, index: number): string => {
    const text = getScalarValue(source.text, event);
    if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast) {
      const escaped = source.text.slice(event.valueStart, event.valueEnd);
      const bad = forbiddenEscape(escaped, rules.escapes) ?? (text.isWellFormed() ? undefined : "a lone surrogate");
      if (bad !== undefined) throw refuse(index, `${bad} in a quoted string`, "write the character itself");
    }
    if (rules.substitute === undefined || !text.includes("${")) return text;
    return rules.substitute(text, (problem, remedy) => refuseAt(source, index, "RenderFailed", problem, remedy));
  };

  const tagOf = (event: ScalarEvent | MappingEvent | SequenceEvent): string | undefined => {
    if (event.tagStart < 0) return undefined;
    const tag = source.text.slice(event.tagStart, event.tagEnd);
    if (tag.startsWith("!!")) return tag.slice(2);
    return tag.startsWith(`!<${CORE}`) ? tag.slice(CORE.length + 2, -1) : tag;
  };

  const resolve = (text: string, index: number): Json => {
    const reading = resolvePlain(text, rules.dialect);
    // Never the text itself: it may be a value that somebody keeps secret.
    const name = (): string => `${pathOfEvent(source, index)}: ${formOf(text)}`;
    if (reading.kind === "refused") {
      throw refuseAt(source, index, reading.code, `${name()} ${reading.why}`, "put it in quotes if it is a string");
    }
    const { value, other } = reading;
    if (other !== undefined) {
      rules.onAmbiguous(() => {
        const problem = `${name()} is read as ${typeName(value)} here, as ${other} by others`;
        return problemAt(source, index, { code: "ScalarAmbiguous", problem, remedy: "put it in quotes" });
      });
    }
    return value;
  };

  const readTagged = (tag: string, text: string, index: number): Json => {
    if (tag === "str") return text;
    // Of the words only true and false are a boolean to both dialects.
    const readable = TAGS_BY_VALUE.has(tag) && (tag !== "bool" || /^(?:true|false)$/i.test(text));
    const value = readable ? resolve(text, index) : undefined;
    if (value !== undefined && TAGS_BY_VALUE.get(tag)?.(value) === true) return value;
    throw refuse(index, `${tagName(tag)} on ${formOf(text)}`, "leave the tag out");
  };

  return {
    readValue: (event, index) => {
      const text = textOf(event, index);
      const tag = tagOf(event);
      if (tag !== undefined) return readTagged(tag, text, index);
      return event.style === SCALAR_STYLE.PLAIN && mayResolve(text) ? resolve(text, index) : text;
    },
    readNothing: (index) => {
      const [here, word, others] = rules.dialect === "kustomize" ? ["", '""', "null"] : [null, "null", '""'];
      rules.onAmbiguous(() => {
        const problem = `${pathOfEvent(source, index)}: no value is read as ${word} here, as ${others} by others`;
        return problemAt(source, index, { code: "ScalarAmbiguous", problem, remedy: 'write null or ""' });
      });
      return here;
    },
    readKey: (event, index) => {
      const text = textOf(event, index);
      const tag = tagOf(event);
      if (tag === "str") return text;
      if (tag !== undefined) throw notAString(source, index);
      if (event.style !== SCALAR_STYLE.PLAIN || !mayResolve(text)) return text;
      const reading = resolvePlain(text, rules.dialect);
      if (reading.kind === "refused" || typeof reading.value !== "string" || isTimestamp(text)) {
        throw notAString(source, index);
      }
      return reading.other === undefined ? text : (resolve(text, index) as string);
    },
    isMerge: (event) =>
      event.style === SCALAR_STYLE.PLAIN &&
      event.tagStart < 0 &&
      event.valueEnd - event.valueStart === 2 &&
      source.text.startsWith("<<", event.valueStart),
    checkCollectionTag: (event, kind, index) => {
      const tag = tagOf(event);
      if (tag === undefined || tag === kind) return;
      throw refuse(index, tagName(tag), "leave the tag out");
    },
  };
};

/** The tags taken beside `!!str`, each with the values that it may stand on. */
const TAGS_BY_VALUE = new Map<string, (value: Json) => boolean>([
  ["int", (value) => typeof value === "bigint" || Number.isInteger(value)],
  ["float", (value) => typeof value === "number" || typeof value === "bigint"],
  ["bool", (value) => typeof value === "boolean"],
  ["null", (value) => value === null],
]);

const forbiddenEscape = (escaped: string, escapes: ScalarRules["escapes"]): string | undefined => {
  for (const [, name = ""] of escaped.matchAll(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g)) {
    if (escapes === "yaml" && name === "/") return "the escape \\/";
    if (escapes === "yaml" && /^u[dD][89a-fA-F]/.test(name)) return "a surrogate";
    if (name.length === 9) {
      const code = Number.parseInt(name.slice(1), 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "an escape of no character";
    }
  }
  return undefined;
};

// A tag that no schema knows is an unquoted value that begins with an exclamation mark as often as not.
const tagName = (tag: string): string => (/^[a-z]{1,12}$/.test(tag) ? `the tag !!${tag}` : "a tag of one's own");

const FORMS: readonly (readonly [form: RegExp, name: string])[] = [
  [/^$/, "an empty scalar"],
  [/^(?:y|yes|n|no|on|off)$/i, "a word of YAML 1.1 (yes, no, on, off)"],
  [/^\d{4}-\d/, "a date"],
  [/^0\d/, "digits after a zero"],
  [/^[-+]?[\d.]/, "a number"],
];
const formOf = (text: string): string => FORMS.find(([form]) => form.test(text))?.[1] ?? "a scalar";

const typeName = (value: Json): string =>
  typeof value === "string" ? "a string" : typeof value === "boolean" ? "a boolean" : "another value";
