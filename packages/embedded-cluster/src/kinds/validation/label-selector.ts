import type { Value } from "../../json.ts";
import { isMap } from "../../json.ts";
import { stringEntries } from "./labels.ts";
import { labelValue, qualifiedNameRule } from "./names.ts";
import { mapsAt, textAt, textsAt } from "../../reading.ts";

export type SelectorOperator = "=" | "!=" | "in" | "notin" | "exists" | "!";

/** One condition on a label. Values are sorted and unique where they came from text. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** All must hold; an empty list selects everything. */
export type LabelRequirements = readonly LabelRequirement[];

/** A selector that cannot be read. */
export class SelectorRefused extends Error {
  override readonly name = "SelectorRefused";
}

/** A checked requirement; throws SelectorRefused when its key or a value is none. */
export const labelRequirement = (
  key: string,
  operator: SelectorOperator,
  values: readonly string[],
): LabelRequirement => {
  const isEmptySet = (operator === "in" || operator === "notin") && values.length === 0;
  const isFullTest = (operator === "exists" || operator === "!") && values.length > 0;
  const [wrong] = [...qualifiedNameRule(key), ...values.flatMap(labelValue)];
  if (wrong !== undefined || isEmptySet || isFullTest)
    throw new SelectorRefused(`unable to parse requirement: ${key} ${operator}: ${wrong ?? "wrong number of values"}`);
  return { key, operator, values };
};

const matchesRequirement = ({ key, operator, values }: LabelRequirement, labels: Value | undefined): boolean => {
  const value = isMap(labels) && Object.hasOwn(labels, key) ? textAt(labels, key) : undefined;
  const isAmong = value !== undefined && (operator === "exists" || operator === "!" || values.includes(value));
  return isAmong === (operator === "=" || operator === "in" || operator === "exists");
};

/** Do these labels meet every requirement? */
export const matchesLabels = (requirements: LabelRequirements, labels: Value | undefined): boolean =>
  requirements.every((requirement) => matchesRequirement(requirement, labels));

const formatRequirement = ({ key, operator, values }: LabelRequirement): string => {
  if (operator === "exists" || operator === "!") return operator === "!" ? `!${key}` : key;
  const joined = values.toSorted().join(",");
  return operator === "in" || operator === "notin" ? `${key} ${operator} (${joined})` : `${key}${operator}${joined}`;
};

/** The string form, in the order given: `a=b,c in (d,e),!f`. */
export const formatRequirements = (requirements: LabelRequirements): string =>
  requirements.map(formatRequirement).join(",");

/** Go's order of requirements: by key. */
export const byKey = (requirements: LabelRequirements): LabelRequirements =>
  requirements.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));

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
      const operator = expressionOperators[textAt(expression, "operator")];
      if (operator === undefined) throw new SelectorRefused("no operator of a label selector");
      return labelRequirement(textAt(expression, "key"), operator, textsAt(expression, "values"));
    }),
  ]);
};
