import { copyOf } from "../../../json.ts";
import type { Value, ValueMap } from "../../../json.ts";
import { printedSelector } from "../selector.ts";
import { mapAt, textAt, numberAt, isPresent } from "../../../reading.ts";

/**
 * One metric of autoscaling/v2 in the form of autoscaling/v1's annotation, and back. The fields are in the order of Go's
 * structs, for the annotation is text.
 */
interface MetricForm {
  readonly source: "object" | "pods" | "resource" | "containerResource" | "external";
  readonly toV1: (source: ValueMap) => ValueMap;
  readonly fromV1: (source: ValueMap) => ValueMap;
}

const optional = (key: string, value: Value | undefined): ValueMap =>
  value === undefined || value === null ? {} : { [key]: copyOf(value) };

const reference = (from: ValueMap | undefined): ValueMap => ({
  kind: textAt(from, "kind"),
  name: textAt(from, "name"),
  ...(textAt(from, "apiVersion") === "" ? {} : { apiVersion: textAt(from, "apiVersion") }),
});

const selectorOf = (from: ValueMap | undefined, key: string): Value | undefined => {
  const selector = mapAt(from, key);
  return selector === undefined ? undefined : printedSelector(selector);
};

const metricOf = (name: string, selector: ValueMap | undefined): ValueMap => ({
  name,
  ...optional("selector", selector),
});

const isZero = (quantity: Value | undefined): boolean =>
  quantity === undefined || (typeof quantity === "string" && !/[1-9]/.test(quantity));

const resourceToV1 = (source: ValueMap): ValueMap => ({
  name: textAt(source, "name"),
  ...optional("targetAverageUtilization", mapAt(source, "target")?.["averageUtilization"]),
  ...optional("targetAverageValue", mapAt(source, "target")?.["averageValue"]),
});
const resourceFromV1 = (source: ValueMap): ValueMap => ({
  name: textAt(source, "name"),
  target: {
    type: numberAt(source, "targetAverageUtilization") === undefined ? "AverageValue" : "Utilization",
    ...optional("averageValue", source["targetAverageValue"]),
    ...optional("averageUtilization", source["targetAverageUtilization"]),
  },
});

/** In the order in which Go writes them. */
export const metricForms: readonly MetricForm[] = [
  {
    source: "object",
    toV1: (source) => ({
      target: reference(mapAt(source, "describedObject")),
      metricName: textAt(mapAt(source, "metric"), "name"),
      targetValue: mapAt(source, "target")?.["value"] ?? "0",
      ...optional("selector", selectorOf(mapAt(source, "metric"), "selector")),
      ...optional("averageValue", mapAt(source, "target")?.["averageValue"]),
    }),
    fromV1: (source) => {
      const byAverage = isPresent(source, "averageValue");
      return {
        describedObject: reference(mapAt(source, "target")),
        target: {
          type: byAverage ? "AverageValue" : "Value",
          ...(byAverage && isZero(source["targetValue"]) ? {} : { value: source["targetValue"] ?? "0" }),
          ...optional("averageValue", source["averageValue"]),
        },
        metric: metricOf(textAt(source, "metricName"), mapAt(source, "selector")),
      };
    },
  },
  {
    source: "pods",
    toV1: (source) => ({
      metricName: textAt(mapAt(source, "metric"), "name"),
      targetAverageValue: mapAt(source, "target")?.["averageValue"] ?? "0",
      ...optional("selector", selectorOf(mapAt(source, "metric"), "selector")),
    }),
    fromV1: (source) => ({
      metric: metricOf(textAt(source, "metricName"), mapAt(source, "selector")),
      target: { type: "AverageValue", averageValue: source["targetAverageValue"] ?? "0" },
    }),
  },
  { source: "resource", toV1: resourceToV1, fromV1: resourceFromV1 },
  {
    source: "containerResource",
    toV1: (source) => ({ ...resourceToV1(source), container: textAt(source, "container") }),
    fromV1: (source) => ({ ...resourceFromV1(source), container: textAt(source, "container") }),
  },
  {
    source: "external",
    toV1: (source) => ({
      metricName: textAt(mapAt(source, "metric"), "name"),
      ...optional("metricSelector", selectorOf(mapAt(source, "metric"), "selector")),
      ...optional("targetValue", mapAt(source, "target")?.["value"]),
      ...optional("targetAverageValue", mapAt(source, "target")?.["averageValue"]),
    }),
    fromV1: (source) => ({
      metric: metricOf(textAt(source, "metricName"), mapAt(source, "metricSelector")),
      target: {
        type: isPresent(source, "targetValue") ? "Value" : "AverageValue",
        ...optional("value", source["targetValue"]),
        ...optional("averageValue", source["targetAverageValue"]),
      },
    }),
  },
];

type Direction = "toV1" | "fromV1";

/** A list item of either kind with its type and its one or more sources turned. */
export const turnMetric = (
  metric: ValueMap,
  forms: readonly { readonly source: string; readonly toV1: Turn; readonly fromV1: Turn }[],
  direction: Direction,
): ValueMap => {
  const turned: ValueMap = { type: textAt(metric, "type") };
  for (const form of forms) {
    const source = mapAt(metric, form.source);
    if (source !== undefined) turned[form.source] = form[direction](source);
  }
  return turned;
};
type Turn = (source: ValueMap) => ValueMap;
