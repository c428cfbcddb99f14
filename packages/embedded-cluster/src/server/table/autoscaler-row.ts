import type { Value, ValueMap } from "../../json.ts";
import { fieldsOf, isSet, numberOf, structsOf, textOf } from "../../kinds/validation/read-value.ts";
import { named } from "./core-rows.ts";
import { type RowCells, specOf, statusOf, textOr } from "./cell-texts.ts";

type Fields = Readonly<ValueMap>;

const SOURCES: Readonly<Record<string, string>> = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
};

const percent = (value: Value | undefined, otherwise: string): string =>
  isSet(value) ? `${numberOf(value)}%` : otherwise;

/** One metric: what it is now, over what it is to be. */
const metricText = (metric: Fields, status: Fields | undefined): string => {
  const source = SOURCES[textOf(metric["type"])];
  if (source === undefined) return "<unknown type>";
  const wanted = fieldsOf(metric[source]);
  const target = fieldsOf(wanted["target"]);
  const measured = status?.[source];
  const current = fieldsOf(fieldsOf(measured)["current"]);
  const isAverage = isSet(target["averageValue"]);
  const now = (field: string): string => (isSet(measured) ? textOr(current[field], "0") : "<unknown>");
  if (source === "resource" || source === "containerResource") {
    const shown = isAverage
      ? `${now("averageValue")}/${textOr(target["averageValue"], "0")}`
      : `${percent(current["averageUtilization"], "<unknown>")}/${percent(target["averageUtilization"], "<auto>")}`;
    return `${textOf(wanted["name"])}: ${shown}`;
  }
  if (source === "pods") return `${now("averageValue")}/${textOr(target["averageValue"], "0")}`;
  if (!isAverage) return `${now("value")}/${textOr(target["value"], "0")}`;
  return `${textOr(current["averageValue"], "<unknown>")}/${textOr(target["averageValue"], "0")} (avg)`;
};

const metricsText = (autoscaler: Fields): string => {
  const statuses = structsOf(statusOf(autoscaler)["currentMetrics"]);
  const texts = structsOf(specOf(autoscaler)["metrics"]).map((metric, at) => metricText(metric, statuses[at]));
  if (texts.length === 0) return "<none>";
  return texts.length <= 2 ? texts.join(", ") : `${texts.slice(0, 2).join(", ")} + ${texts.length - 2} more...`;
};

/** Cells of a HorizontalPodAutoscaler (autoscaling/v2, in which it is stored). */
export const autoscalerRow: RowCells = named((object) => {
  const { maxReplicas, minReplicas, scaleTargetRef } = specOf(object);
  const { kind, name } = fieldsOf(scaleTargetRef);
  return [
    `${textOf(kind)}/${textOf(name)}`,
    metricsText(object),
    textOr(minReplicas, "<unset>"),
    numberOf(maxReplicas),
    numberOf(statusOf(object)["currentReplicas"]),
  ];
});
