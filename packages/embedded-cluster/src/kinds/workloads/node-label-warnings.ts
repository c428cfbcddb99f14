import type { ValueMap } from "../../json.ts";
import { labelValue } from "../validation/labels.ts";
import { mapsAt, textAt, textsAt } from "./reading.ts";

const DEPRECATED: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "app.kubernetes.io/created-by": "deprecated since v1.9",
  "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};

/** Labels of nodes that have newer names, each told behind its field. */
export const labelWarnings = (
  keys: readonly string[],
  fieldOf: (key: string) => string,
  between = ": ",
): readonly string[] =>
  keys.flatMap((key) => {
    const why = Object.hasOwn(DEPRECATED, key) ? DEPRECATED[key] : undefined;
    return why === undefined ? [] : [`${fieldOf(key)}${between}${why}`];
  });

/** A term of node affinity; the values of a preferred one are no errors, so they are warned of. */
export const nodeTermWarnings = (
  term: ValueMap | undefined,
  field: string,
  what: "keys" | "keys and values",
): readonly string[] =>
  mapsAt(term, "matchExpressions").flatMap((expression, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    const key = textAt(expression, "key");
    return [
      ...labelWarnings([key], () => `${at}.key: ${key} is`, " "),
      ...(what === "keys"
        ? []
        : textsAt(expression, "values").flatMap((value, position) =>
            labelValue(value).map((why) => `${at}.values[${position}]: ${value} is invalid, ${why}`),
          )),
    ];
  });
