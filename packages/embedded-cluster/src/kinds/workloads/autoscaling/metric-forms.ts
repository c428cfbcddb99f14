import { copyOf } from "../../../json.ts";
import type { Value, ValueMap } from "../../../json.ts";
import { mapAt, textAt, numberAt } from "../../../reading.ts";

/**
 * The source of one metric of autoscaling/v2 in the form of autoscaling/v1's annotation, and back. The fields are in the order
 * of Go's structs, for the annotation is text.
 */
interface MetricForm {
  readonly toV1: (source: ValueMap) => ValueMap;
  readonly fromV1: (source: ValueMap) => ValueMap;
}

const optional = (key: string, value: Value | undefined): ValueMap =>
  value === undefined || value === null ? {} : { [key]: copyOf(value) };
const within = (source: ValueMap, part: string, key: string): Value | undefined => mapAt(source, part)?.[key];

/** What is wanted of a metric. */
export const metricForm: MetricForm = {
  toV1: (source) => ({
    name: textAt(source, "name"),
    ...optional("targetAverageUtilization", within(source, "target", "averageUtilization")),
    ...optional("targetAverageValue", within(source, "target", "averageValue")),
  }),
  fromV1: (source) => ({
    name: textAt(source, "name"),
    target: {
      type: numberAt(source, "targetAverageUtilization") === undefined ? "AverageValue" : "Utilization",
      ...optional("averageValue", source["targetAverageValue"]),
      ...optional("averageUtilization", source["targetAverageUtilization"]),
    },
  }),
};

/** What a metric was last. */
export const metricStatusForm: MetricForm = {
  toV1: (source) => ({
    name: textAt(source, "name"),
    ...optional("currentAverageUtilization", within(source, "current", "averageUtilization")),
    currentAverageValue: within(source, "current", "averageValue") ?? "0",
  }),
  fromV1: (source) => ({
    name: textAt(source, "name"),
    current: {
      averageValue: source["currentAverageValue"] ?? "0",
      ...optional("averageUtilization", source["currentAverageUtilization"]),
    },
  }),
};

/** A metric of a resource turned; one of another source travels as it is, which the real server does otherwise. */
export const turnMetric = (metric: ValueMap, form: MetricForm, direction: keyof MetricForm): ValueMap => {
  const source = mapAt(metric, "resource");
  return source === undefined ? copyOf(metric) : { type: textAt(metric, "type"), resource: form[direction](source) };
};
