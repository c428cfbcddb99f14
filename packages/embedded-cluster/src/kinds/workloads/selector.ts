import { isMap } from "../../json.ts";
import type { Value, ValueMap } from "../../json.ts";
import { mapAt, mapsAt, textsAt, textAt, stringsAt } from "../../reading.ts";

/** A label selector as one line, as `/scale` tells it: `a=b,c in (d,e),!f`, by key. */
export const formatSelector = (selector: ValueMap | undefined): string =>
  selector === undefined
    ? ""
    : requirementsOf(selector)
        .toSorted((left, right) => (left.key < right.key ? -1 : Number(left.key > right.key)))
        .map(formatRequirement)
        .join(",");

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

const requirementsOf = (selector: ValueMap): readonly Requirement[] => [
  ...Object.entries(stringsAt(selector, "matchLabels")).map(([key, value]) => ({
    key,
    operator: "Equals",
    values: [value],
  })),
  ...mapsAt(selector, "matchExpressions").map((expression) => ({
    key: textAt(expression, "key"),
    operator: textAt(expression, "operator"),
    values: textsAt(expression, "values"),
  })),
];

const formatRequirement = ({ key, operator, values }: Requirement): string => {
  const sorted = values.toSorted().join(",");
  if (operator === "Equals") return `${key}=${sorted}`;
  if (operator === "In") return `${key} in (${sorted})`;
  if (operator === "NotIn") return `${key} notin (${sorted})`;
  return operator === "DoesNotExist" ? `!${key}` : key;
};

/** A selector as Go prints it in a finding: its fields in their order, label keys sorted. */
export const printedSelector = (selector: ValueMap | undefined): Value => {
  if (selector === undefined) return null;
  const printed: ValueMap = {};
  const labels = mapAt(selector, "matchLabels");
  if (labels !== undefined && Object.keys(labels).length > 0) printed["matchLabels"] = sortedMap(labels);
  const expressions = mapsAt(selector, "matchExpressions");
  if (expressions.length > 0)
    printed["matchExpressions"] = expressions.map((expression) => ({
      key: textAt(expression, "key"),
      operator: textAt(expression, "operator"),
      ...(textsAt(expression, "values").length === 0 ? {} : { values: [...textsAt(expression, "values")] }),
    }));
  return printed;
};

/** A map with its keys in order, as Go prints it; null when there is none. */
export const sortedMap = (map: Value | undefined): Value =>
  isMap(map) ? Object.fromEntries(Object.entries(map).toSorted(([left], [right]) => (left < right ? -1 : 1))) : null;
