import type { Value, ValueMap } from "../../../json.ts";
import { isMap } from "../../../json.ts";
import { mapAt, mapsAt, textAt, numberAt } from "../../../reading.ts";

/** Go's names of the fields: the annotation holds an inner form of the server, with every field told. */
export const behaviorToV1 = (behavior: ValueMap): ValueMap => ({
  ScaleUp: rulesToV1(mapAt(behavior, "scaleUp")),
  ScaleDown: rulesToV1(mapAt(behavior, "scaleDown")),
});

const rulesToV1 = (rules: ValueMap | undefined): Value =>
  rules === undefined
    ? null
    : {
        StabilizationWindowSeconds: rules["stabilizationWindowSeconds"] ?? null,
        SelectPolicy: rules["selectPolicy"] ?? null,
        Policies: Array.isArray(rules["policies"])
          ? mapsAt(rules, "policies").map((policy) => ({
              Type: textAt(policy, "type"),
              Value: numberAt(policy, "value") ?? 0,
              PeriodSeconds: numberAt(policy, "periodSeconds") ?? 0,
            }))
          : null,
        Tolerance: rules["tolerance"] ?? null,
      };

/** Undefined when the annotation holds neither rule. */
export const behaviorFromV1 = (behavior: ValueMap): ValueMap | undefined => {
  const [up, down] = [lowered(behavior)["scaleup"], lowered(behavior)["scaledown"]];
  if (!isMap(up) && !isMap(down)) return undefined;
  return {
    ...(isMap(up) ? { scaleUp: rulesFromV1(up) } : {}),
    ...(isMap(down) ? { scaleDown: rulesFromV1(down) } : {}),
  };
};

const rulesFromV1 = (rules: ValueMap): ValueMap => {
  const by = lowered(rules);
  return dropNull({
    stabilizationWindowSeconds: by["stabilizationwindowseconds"] ?? null,
    selectPolicy: by["selectpolicy"] ?? null,
    policies: Array.isArray(by["policies"])
      ? by["policies"].filter(isMap).map((policy) => {
          const own = lowered(policy);
          return {
            type: own["type"] ?? "",
            value: own["value"] ?? 0,
            periodSeconds: own["periodseconds"] ?? 0,
          };
        })
      : null,
    tolerance: by["tolerance"] ?? null,
  });
};

/** Go reads field names in any case. */
const lowered = (map: ValueMap): ValueMap =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key.toLowerCase(), value]));

const dropNull = (map: ValueMap): ValueMap =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
