import { isMap, type Value } from "../../json.ts";

/** One step of a path: to a field, an item (negative: from the end), all of them, or those with a field of some value. */
type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "item"; readonly at: number }
  | { readonly kind: "all" }
  | { readonly kind: "where"; readonly path: readonly Step[]; readonly equal: boolean; readonly value: string };

const FORMS: readonly (readonly [form: RegExp, step: (...parts: readonly string[]) => Step | undefined])[] = [
  [/^\.((?:\\.|[^.[\\])+)/, (name = "") => ({ kind: "field", name: name.replaceAll(/\\(.)/g, "$1") })],
  [/^\[(?:'([^']*)'|"([^"]*)")\]/, (single, double) => ({ kind: "field", name: single ?? double ?? "" })],
  [/^\[(-?\d+)\]/, (at) => ({ kind: "item", at: Number(at) })],
  [/^(?:\[\*\]|\.\*)/, () => ({ kind: "all" })],
  [
    /^\[\?\(\s*@((?:\.[^\s=!]+)?)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^\s)]+))\s*\)\]/,
    (inner = "", operator, double, single, bare) => {
      const path = stepsOf(inner);
      if (path === undefined) return undefined;
      return { kind: "where", path, equal: operator === "==", value: double ?? single ?? bare ?? "" };
    },
  ],
];

/** Stars go before fields: `.*` is no field of that name. */
const ORDER = [...FORMS].sort(([a], [b]) => Number(b.source.includes("\\*")) - Number(a.source.includes("\\*")));

/** The steps of a simple JSONPath (`.status.conditions[?(@.type=="Ready")].status`); undefined for one of another form. */
const stepsOf = (path: string): readonly Step[] | undefined => {
  const steps: Step[] = [];
  let rest = path.trim();
  while (rest !== "" && rest !== ".") {
    let found: { readonly step: Step; readonly length: number } | undefined;
    for (const [form, make] of ORDER) {
      const match = form.exec(rest);
      const step = match === null ? undefined : make(...match.slice(1));
      if (match === null || step === undefined) continue;
      found = { step, length: match[0].length };
      break;
    }
    if (found === undefined) return undefined;
    steps.push(found.step);
    rest = rest.slice(found.length);
  }
  return steps;
};

const textIn = (value: Value): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);

const childrenOf = (value: Value): readonly Value[] =>
  Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];

const follow = (value: Value, step: Step): readonly Value[] => {
  switch (step.kind) {
    case "field": {
      const found = isMap(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
      return found === undefined ? [] : [found];
    }
    case "item": {
      const found = Array.isArray(value) ? value.at(step.at) : undefined;
      return found === undefined ? [] : [found];
    }
    case "all":
      return childrenOf(value);
    case "where":
      return childrenOf(value).filter((item) => {
        const [found] = walk(item, step.path);
        return found !== undefined && (textIn(found) === step.value) === step.equal;
      });
  }
};

const walk = (value: Value, steps: readonly Step[]): readonly Value[] =>
  steps.reduce<readonly Value[]>((values, step) => values.flatMap((each) => follow(each, step)), [value]);

/** The first value at a simple JSONPath; undefined for none, or a path of another form. */
export const valueAtPath = (object: Value, path: string): Value | undefined => {
  const steps = stepsOf(path);
  return steps === undefined ? undefined : walk(object, steps)[0];
};
