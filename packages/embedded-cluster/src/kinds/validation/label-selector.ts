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

const shapeFinding = (operator: SelectorOperator, values: readonly string[]): string | undefined => {
  switch (operator) {
    case "in":
    case "notin":
      return values.length === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined;
    case "=":
    case "==":
    case "!=":
      return values.length === 1 ? undefined : "exact-match compatibility requires one single value";
    case "exists":
    case "!":
      return values.length === 0 ? undefined : "values set must be empty for exists and does not exist";
    case "gt":
    case "lt":
      return values.length === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required";
  }
};

/** A checked requirement; throws SelectorRefused with all findings, as labels.NewRequirement words them. */
export const labelRequirement = (
  key: string,
  operator: SelectorOperator,
  values: readonly string[],
): LabelRequirement => {
  const errors: string[] = [];
  const keyErrors = qualifiedNameRule(key);
  if (keyErrors.length > 0) errors.push(`key: Invalid value: ${goQuote(key)}: ${keyErrors.join("; ")}`);
  const shape = shapeFinding(operator, values);
  if (shape !== undefined) errors.push(`values: Invalid value: ${JSON.stringify(values)}: ${shape}`);
  if (operator === "gt" || operator === "lt")
    for (const [index, value] of values.entries())
      if (!isInteger(value))
        errors.push(
          `values[${index}]: Invalid value: ${goQuote(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
        );
  for (const [index, value] of values.entries()) {
    const found = labelValue(value);
    if (found.length > 0)
      errors.push(`values[${index}][${key}]: Invalid value: ${goQuote(value)}: ${found.join("; ")}`);
  }
  const unique = [...new Set(errors)];
  if (unique.length === 1) throw new SelectorRefused(unique[0]);
  if (unique.length > 1) throw new SelectorRefused(`[${unique.join(", ")}]`);
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
