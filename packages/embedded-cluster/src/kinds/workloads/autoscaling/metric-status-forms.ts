import { copyOf } from "../../../json.ts";
import type { Value, ValueMap } from "../../../json.ts";
import { printedSelector } from "../selector.ts";
import { mapAt, textAt } from "../../../reading.ts";

/** The same for current metrics, which the status of autoscaling/v2 holds and autoscaling/v1 carries in an annotation. */
interface StatusForm {
  readonly source: string;
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

const metricName = (source: ValueMap): string => textAt(mapAt(source, "metric"), "name");
const metricSelector = (source: ValueMap): Value | undefined => {
  const selector = mapAt(mapAt(source, "metric"), "selector");
  return selector === undefined ? undefined : printedSelector(selector);
};
const current = (source: ValueMap, key: string): Value | undefined => mapAt(source, "current")?.[key];
const metricOf = (source: ValueMap, selectorKey: string): ValueMap => ({
  name: textAt(source, "metricName"),
  ...optional("selector", mapAt(source, selectorKey)),
});

const resourceToV1 = (source: ValueMap): ValueMap => ({
  name: textAt(source, "name"),
  ...optional("currentAverageUtilization", current(source, "averageUtilization")),
  currentAverageValue: current(source, "averageValue") ?? "0",
});
const resourceFromV1 = (source: ValueMap): ValueMap => ({
  name: textAt(source, "name"),
  current: {
    averageValue: source["currentAverageValue"] ?? "0",
    ...optional("averageUtilization", source["currentAverageUtilization"]),
  },
});

export const metricStatusForms: readonly StatusForm[] = [
  {
    source: "object",
    toV1: (source) => ({
      target: reference(mapAt(source, "describedObject")),
      metricName: metricName(source),
      currentValue: current(source, "value") ?? "0",
      ...optional("selector", metricSelector(source)),
      ...optional("averageValue", current(source, "averageValue")),
    }),
    fromV1: (source) => ({
      metric: metricOf(source, "selector"),
      current: { value: source["currentValue"] ?? "0", ...optional("averageValue", source["averageValue"]) },
      describedObject: reference(mapAt(source, "target")),
    }),
  },
  {
    source: "pods",
    toV1: (source) => ({
      metricName: metricName(source),
      currentAverageValue: current(source, "averageValue") ?? "0",
      ...optional("selector", metricSelector(source)),
    }),
    fromV1: (source) => ({
      metric: metricOf(source, "selector"),
      current: { averageValue: source["currentAverageValue"] ?? "0" },
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
      metricName: metricName(source),
      ...optional("metricSelector", metricSelector(source)),
      currentValue: current(source, "value") ?? "0",
      ...optional("currentAverageValue", current(source, "averageValue")),
    }),
    fromV1: (source) => ({
      metric: metricOf(source, "metricSelector"),
      current: { value: source["currentValue"] ?? "0", ...optional("averageValue", source["currentAverageValue"]) },
    }),
  },
];
