import type { LiveObject, ValueMap } from "../../json.ts";
import { nameWarnings, podWarnings } from "./pod-warnings.ts";
import { mapAt, mapIn, numberAt } from "./reading.ts";

/** Has the object a new generation? Only then the server looks at its template again. */
export const isNewGeneration = (object: LiveObject, old: LiveObject): boolean =>
  numberAt(object.metadata, "generation") !== numberAt(old.metadata, "generation");

export const templateWarnings = (object: LiveObject): readonly string[] =>
  podWarnings(mapIn(object, "spec", "template"), "spec.template.");

/** Of a controller whose name goes into those of its pods. */
export const controllerWarnings = (object: LiveObject, old: LiveObject | undefined): readonly string[] => {
  if (old === undefined) return [...nameWarnings(object), ...templateWarnings(object)];
  return isNewGeneration(object, old) ? templateWarnings(object) : [];
};

/** Of a Job's spec, in a Job or below a CronJob. */
export const jobSpecWarnings = (spec: ValueMap | undefined, field: string): readonly string[] => {
  const many = (numberAt(spec, "completions") ?? 0) > 100_000 && (numberAt(spec, "parallelism") ?? 0) > 10_000;
  return [
    ...(spec?.["completionMode"] === "Indexed" && many
      ? [
          `${field}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...podWarnings(mapAt(spec, "template"), `${field}.template.`),
  ];
};
