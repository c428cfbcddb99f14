import { isObject } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import type { Fault } from "./check-schema.ts";
import { parseDurationMs } from "./duration.ts";
import { notYet } from "./schema/schemas.ts";
import type { DeclarationKind } from "./schema/schemas.ts";

const valueAt = (document: Json, path: readonly (string | number)[]): Json | undefined => {
  let at: Json | undefined = document;
  for (const step of path)
    at = isObject(at) ? at[String(step)] : Array.isArray(at) ? (at as readonly Json[])[Number(step)] : undefined;
  return at;
};

/** What a schema cannot say: fields that are not acted on yet, and values that need each other. */
export const checkMeaning = (kind: DeclarationKind, document: Json): readonly Fault[] => [
  ...checkNotYet(kind, document),
  ...(rules[kind]?.(document) ?? []),
];

const checkNotYet = (kind: DeclarationKind, document: Json): readonly Fault[] =>
  notYet
    .filter((row) => row.kind === kind)
    .filter(({ path, values }) => {
      const value = valueAt(document, path);
      return value !== undefined && (values === undefined || (typeof value === "string" && values.includes(value)));
    })
    .map(({ path, values, instead }) => {
      const value = valueAt(document, path);
      return {
        path,
        part: path.length === 0 || values !== undefined ? "value" : "key",
        message: `${values !== undefined && typeof value === "string" ? `${value} ` : ""}is not supported yet`,
        remedy: instead,
      };
    });

const fault = (path: readonly (string | number)[], message: string, remedy: string): Fault => ({
  path,
  part: "value",
  message,
  remedy,
});

const rules: Readonly<Partial<Record<DeclarationKind, (document: Json) => readonly Fault[]>>> = {
  Repository: (document) => {
    const written = valueAt(document, ["spec", "interval"]);
    if (typeof written !== "string" || !/^(?:\d+(?:ms|s|m|h|d))+$/.test(written)) return []; // the schema says so
    const ms = parseDurationMs(written) ?? Number.POSITIVE_INFINITY;
    return ms < 1000 || ms > 86_400_000
      ? [fault(["spec", "interval"], "the interval is out of range", "write a duration from 1s to 1d")]
      : [];
  },
  Application: (document) => selectorFaults(document),
  Override: (document) => [
    ...(valueAt(document, ["spec", "what"]) === "acceptRewrite" ? rewriteFaults(document) : []),
    ...endFaults(document),
  ],
  Approval: (document) => endFaults(document),
};

// A thirteenth month has the form of a time, and would be an end that no clock reaches or that is always past.
const endFaults = (document: Json): readonly Fault[] => {
  const written = valueAt(document, ["spec", "expiresAt"]);
  return typeof written === "string" && /^\d{4}-\d{2}-\d{2}T/.test(written) && Number.isNaN(Date.parse(written))
    ? [fault(["spec", "expiresAt"], "there is no such time", "write a time of the calendar, such as in 24 hours")]
    : [];
};

const selectorFaults = (document: Json): readonly Fault[] => {
  const path = ["spec", "targets", "clusterSelector", "matchExpressions"];
  const expressions = valueAt(document, path);
  if (!Array.isArray(expressions)) return [];
  return (expressions as readonly Json[]).flatMap((_, index): readonly Fault[] => {
    const operator = valueAt(document, [...path, index, "operator"]);
    const values = valueAt(document, [...path, index, "values"]);
    const some = Array.isArray(values) && values.length > 0;
    if ((operator === "In" || operator === "NotIn") && !some)
      return [fault([...path, index, "values"], `${operator} needs values`, "list at least one value")];
    if ((operator === "Exists" || operator === "DoesNotExist") && some)
      return [fault([...path, index, "values"], `${operator} takes no values`, "remove them")];
    return [];
  });
};

const rewriteFaults = (document: Json): readonly Fault[] =>
  ["repository", "gitRef", "from", "to"]
    .filter((name) => valueAt(document, ["spec", "scope", name]) === undefined)
    .map((name) =>
      fault(
        ["spec", "scope", name],
        "is required for acceptRewrite",
        `add ${name}: the condition of the source names it`,
      ),
    );
