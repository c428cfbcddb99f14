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

const isOneName: Judge = (text, { isName }) => isName(text);
const areNames: Judge = (text, { isName }) => text.split("', '").every(isName);
const isExpression: Judge = (text, { isOfTemplate }) =>
  !/["'`]/.test(text) && (text.match(/\w+/g) ?? []).every(isOfTemplate);

const INDEX = /^(?:\d{1,4}|-)$/;

/** Each group of a pattern is a place; its judge tells whether what stands there is of the input's names. */
const PLACES: readonly { readonly in?: RegExp; readonly where: RegExp; readonly judge: Judge }[] = [
  // helm's check of values.
  ...[
    { where: /^([\w.-]+):$/dgm, judge: isOneName },
    { where: /^ *- at '([^\n]*?)': /dgm, judge: isPointer },
    { where: /: missing propert(?:y|ies) '([^\n]*)'$/dgm, judge: areNames },
    { where: /: additional properties '([^\n]*)' not allowed$/dgm, judge: areNames },
    { where: /: properties '([^\n]*)' required, if '([^\n]*)' exists$/dgm, judge: areNames },
    { where: /: invalid propertyName '([^\n]*)'$/dgm, judge: isOneName },
  ].map((row) => ({ ...row, in: /^Error: values don't meet the specifications of the schema/m })),
  // helm's templates: a piece of one, and the field that nobody has.
  { where: /\bat <([^\n]*?)>(?=:)/dg, judge: isExpression },
  { where: /\bevaluating interface \{\}(\.[\w.]+)/dg, judge: isExpression },
  { where: /\bcan't evaluate field (\w+) in type/dg, judge: isExpression },
  // kustomize.
  { where: /\brepeats the key `([^`\n]*)`/dg, judge: isOneName },
  { where: /\bkey "([^"\n]*)" already set in map/dg, judge: isOneName },
  { where: /\bnonexistent key: ([^\s:]*)(?=:|$)/dgm, judge: isOneName },
  { where: /\bfor path: '([^'\n]*)'/dg, judge: isPointer },
  { where: /\bmissing path: (\S*?)(?=:(?:\s|$)|$)/dgm, judge: isPointer },
  { where: /\bfieldPath `([^`\n]*)` is missing/dg, judge: isFieldPath },
  { where: /\bunable to find field "([^"\n]*)" in/dg, judge: isFieldPath },
];

/** The places of names in what a tool said; what stands there and is no name of the input is judged as any other word. */
export const namePlaces = (said: string, known: KnownNames): readonly NamePlace[] => {
  const places = PLACES.flatMap(({ in: only, where, judge }) =>
    only !== undefined && !only.test(said)
      ? []
      : [...said.matchAll(where)].flatMap(({ indices = [] }) =>
          indices.slice(1).flatMap((at) => {
            const [start, end] = at ?? [0, 0];
            return end > start && judge(said.slice(start, end), known) ? [{ start, end }] : [];
          }),
        ),
  ).sort((a, b) => a.start - b.start);
  return places.filter(({ start }, at) => start >= (places[at - 1]?.end ?? 0));
};
