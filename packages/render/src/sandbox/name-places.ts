import type { Tool } from "../tools.ts";
import { endOfChain, isOfSchema } from "./template-chain.ts";

/** A piece of what was said that stands where a tool writes names and never values. */
export interface NamePlace {
  readonly start: number;
  readonly end: number;
}

/** Tells whether a text is a name of the input, as the words of a place are. */
export interface KnownNames {
  /** A key, a path, an object's or a chart's name. */
  readonly isName: (text: string) => boolean;
  /** What stands in an action of a template, outside of quotes. */
  readonly isOfTemplate: (text: string) => boolean;
  /** A number that is, or stands in, a value that is secret. */
  readonly isSecretNumber: (text: string) => boolean;
}

/** Where the names stand, and from where on others speak through the tool: there is no place that is not at its very start. */
export interface NamePlaces {
  readonly places: readonly NamePlace[];
  readonly foreignFrom: number;
}

type Judge = (text: string, known: KnownNames) => boolean;

/** `/a/b/0` of the schema's words: each step a name, or the place in a list. */
const isPointer: Judge = (text, { isName }) =>
  text === "" ||
  (text.startsWith("/") &&
    text
      .slice(1)
      .split("/")
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
      .every((step) => isName(step) || INDEX.test(step)));

/** `a.b.0` and `a.b.[name=x].c`, as kustomize reads fields of objects. */
const isFieldPath: Judge = (text, { isName }) =>
  isName(text) || text.split(".").every((step) => isName(step) || INDEX.test(step));

const isPosition: Judge = (text, { isSecretNumber }) => !isSecretNumber(text);
const isAny: Judge = () => true;

const isOneName: Judge = (text, { isName }) => isName(text);
const areNames: Judge = (text, { isName }) => text.split("', '").every(isName);
const isExpression: Judge = (text, { isOfTemplate }) =>
  !/["'`]/.test(text) && (text.match(/\w+/g) ?? []).every(isOfTemplate);

const INDEX = /^(?:\d{1,4}|-)$/;

/** What a tool speaks of; what it says of one thing is no place in what it says of another. */
type Subject = "a schema" | "a template" | "the end of a template" | "YAML" | "a kustomization";

/** Each group of a pattern is a place; its judge tells whether what stands there is of the input's names. */
const PLACES: readonly { readonly of: Subject; readonly where: RegExp; readonly judge: Judge }[] = [
  { of: "a schema", where: /^([\w.-]+):$/dgm, judge: isOneName },
  ...[
    { where: /'([^\n]*?)': /, judge: isPointer },
    { where: /'[^\n]*?': missing propert(?:y|ies) '([^\n]*)'$/, judge: areNames },
    { where: /'[^\n]*?': additional properties '([^\n]*)' not allowed$/, judge: areNames },
    { where: /'[^\n]*?': properties '([^\n]*)' required, if '([^\n]*)' exists$/, judge: areNames },
    { where: /'[^\n]*?': invalid propertyName '([^\n]*)'$/, judge: isOneName },
  ].map(({ where, judge }) => ({
    of: "a schema" as const,
    where: new RegExp(`^ *- at ${where.source}`, "dgm"),
    judge,
  })),
  { of: "a template", where: /\bat <([^\n]*?)>(?=:)/dg, judge: isExpression },
  { of: "a template", where: /[\w./-]+:(\d{1,6})(?::(\d{1,6}))?(?=[\s:)]|$)/dg, judge: isAny },
  {
    of: "the end of a template",
    where: /^[:\s]*nil pointer evaluating interface \{\}(\.[\w.]+)/dg,
    judge: isExpression,
  },
  { of: "the end of a template", where: /^[:\s]*can't evaluate field (\w+) in type/dg, judge: isExpression },
  { of: "YAML", where: /\bkey "([^"\n]*)" already set in map/dg, judge: isOneName },
  { of: "YAML", where: /\bline (\d{1,6})(?:,? column (\d{1,6}))?(?=[:,;)]|$)/dgm, judge: isPosition },
  { of: "a kustomization", where: /\brepeats the key `([^`\n]*)`/dg, judge: isOneName },
  { of: "a kustomization", where: /\bnonexistent key: ([^\s:]*)(?=:|$)/dgm, judge: isOneName },
  { of: "a kustomization", where: /\bfor path: '([^'\n]*)'/dg, judge: isPointer },
  { of: "a kustomization", where: /\bmissing path: (\S*?)(?=:(?:\s|$)|$)/dgm, judge: isPointer },
  { of: "a kustomization", where: /\bfieldPath `([^`\n]*)` is missing/dg, judge: isFieldPath },
  { of: "a kustomization", where: /\bunable to find field "([^"\n]*)" in/dg, judge: isFieldPath },
];

/** The places of names in what a tool said; what stands there and is no name of the input is judged as any other word. */
export const namePlaces = (tool: Tool["name"], said: string, known: KnownNames): NamePlaces => {
  const subjects = subjectsOf(tool, said);
  const places = subjects
    .flatMap(({ of, from, to }) =>
      PLACES.filter((row) => row.of === of).flatMap(({ where, judge }) =>
        [...said.slice(from, to).matchAll(where)].flatMap(({ index, indices = [] }) =>
          isQuoted(said.slice(from, from + index))
            ? []
            : indices.slice(1).flatMap((at) => {
                if (at === undefined || at[0] === at[1]) return [];
                const [start, end] = [from + at[0], from + at[1]];
                return judge(said.slice(start, end), known) ? [{ start, end }] : [];
              }),
        ),
      ),
    )
    .sort((a, b) => a.start - b.start);
  return {
    places: places.filter(({ start }, at) => start >= (places[at - 1]?.end ?? 0)),
    foreignFrom: subjects.find(({ of }) => of === "the end of a template")?.from ?? said.length,
  };
};

interface Spoken {
  readonly of: Subject;
  readonly from: number;
  readonly to: number;
}

const subjectsOf = (tool: Tool["name"], said: string): readonly Spoken[] => {
  const all = { from: 0, to: said.length };
  if (tool === "kustomize")
    return [
      { of: "a kustomization", ...all },
      { of: "YAML", ...all },
    ];
  if (isOfSchema(said)) return [{ of: "a schema", ...all }];
  const end = endOfChain(said);
  if (end === undefined) return [{ of: "YAML", ...all }];
  // The colon before it belongs to what follows: by it the last word of a template is known.
  const from = said.lastIndexOf(":", end - 1);
  return [
    { of: "a template", from: 0, to: from + 1 },
    { of: "the end of a template", from, to: said.length },
  ];
};

/** True behind a quotation mark that is still open: an object that is printed whole has none of the tool's words. */
const isQuoted = (before: string): boolean => (before.match(/(?<!\\)"/g) ?? []).length % 2 === 1;
