import type { Value } from "../../json.ts";
import { isMap } from "../../json.ts";
import { goQuote } from "./go-quote.ts";
import { labelValue, stringEntries } from "./labels.ts";
import { qualifiedNameRule } from "./names.ts";
import { mapsAt, textAt, textsAt } from "../../reading.ts";

export type SelectorOperator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

/** One condition on a label. Values are sorted and unique where they came from text. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** All must hold; an empty list selects everything. */
export type LabelRequirements = readonly LabelRequirement[];

/** A selector that cannot be read; the message is apimachinery's. */
export class SelectorRefused extends Error {
  override readonly name = "SelectorRefused";
}

/** A checked requirement; throws SelectorRefused at the first thing that is wrong with key or values. */
export const labelRequirement = (
  key: string,
  operator: SelectorOperator,
  values: readonly string[],
): LabelRequirement => {
  const refuse = (what: string, why: string): never => {
    throw new SelectorRefused(`unable to parse requirement: ${what}: Invalid value: ${why}`);
  };
  const [wrongKey] = qualifiedNameRule(key);
  if (wrongKey !== undefined) refuse("key", `${goQuote(key)}: ${wrongKey}`);
  const isSet = operator === "in" || operator === "notin";
  if (isSet && values.length === 0) refuse("values", "for 'in', 'notin' operators, values set can't be empty");
  for (const value of values) {
    const [wrong] = labelValue(value);
    if (wrong !== undefined) refuse("values", `${goQuote(value)}: ${wrong}`);
    if ((operator === "gt" || operator === "lt") && !isInteger(value))
      refuse("values", `${goQuote(value)}: for 'Gt', 'Lt' operators, the value must be an integer`);
  }
  if ((operator === "exists" || operator === "!") && values.length > 0)
    refuse("values", "values set must be empty for exists and does not exist");
  return { key, operator, values };
};

const isInteger = (text: string): boolean => {
  if (!/^[+-]?[0-9]+$/.test(text)) return false;
  const value = BigInt(text.replace("+", ""));
  return value === BigInt.asIntN(64, value);
};

const matchesRequirement = ({ key, operator, values }: LabelRequirement, labels: Value | undefined): boolean => {
  const value = isMap(labels) && Object.hasOwn(labels, key) ? textAt(labels, key) : undefined;
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
    case "lt": {
      const bound = values[0];
      if (value === undefined || bound === undefined || !isInteger(value)) return false;
      const [left, right] = [BigInt(value.replace("+", "")), BigInt(bound.replace("+", ""))];
      return operator === "gt" ? left > right : left < right;
    }
  }
};

/** Do these labels meet every requirement? */
export const matchesLabels = (requirements: LabelRequirements, labels: Value | undefined): boolean =>
  requirements.every((requirement) => matchesRequirement(requirement, labels));

const formatRequirement = ({ key, operator, values }: LabelRequirement): string => {
  const joined = values.toSorted().join(",");
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${joined})`;
    case "gt":
      return `${key}>${joined}`;
    case "lt":
      return `${key}<${joined}`;
    case "=":
    case "==":
    case "!=":
      return `${key}${operator}${joined}`;
  }
};

/** The string form, in the order given: `a=b,c in (d,e),!f`. */
export const formatRequirements = (requirements: LabelRequirements): string =>
  requirements.map(formatRequirement).join(",");

/** Go's order of requirements: by key. */
export const byKey = (requirements: LabelRequirements): LabelRequirements =>
  requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

const expressionOperators: Readonly<Record<string, SelectorOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
};

/**
 * The requirements of a LabelSelector object, by key; an empty selector selects everything. `undefined` for an absent one,
 * which selects nothing. Throws SelectorRefused for an operator or name that apimachinery refuses.
 */
export const requirementsOf = (selector: Value | undefined): LabelRequirements | undefined => {
  if (!isMap(selector)) return undefined;
  return byKey([
    ...stringEntries(selector["matchLabels"]).map(([key, value]) => labelRequirement(key, "=", [value])),
    ...mapsAt(selector, "matchExpressions").map((expression) => {
      const name = textAt(expression, "operator");
      const operator = expressionOperators[name];
      if (operator === undefined) throw new SelectorRefused(`${goQuote(name)} is not a valid label selector operator`);
      return labelRequirement(textAt(expression, "key"), operator, textsAt(expression, "values"));
    }),
  ]);
};
