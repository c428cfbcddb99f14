import type { LiveObject, Value } from "../../json.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { fill, isPresent, mapAt, mapsAt, textAt } from "./reading.ts";

const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/**
 * What the plugins DefaultTolerationSeconds and Priority put into a pod; nobody owns these fields. Priority classes
 * are not looked up: a new pod that names one keeps the number it came with, an old one the one it had.
 */
export const admitPod = (object: LiveObject, old?: LiveObject): void => {
  const spec = specOf(object);
  const tolerations = mapsAt(spec, "tolerations");
  const added: Value[] = TAINTS.filter(
    (key) =>
      !tolerations.some(
        (toleration) =>
          (textAt(toleration, "key") === key || textAt(toleration, "key") === "") &&
          (textAt(toleration, "effect") === "NoExecute" || textAt(toleration, "effect") === ""),
      ),
  ).map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }));
  if (added.length > 0) spec["tolerations"] = [...tolerations, ...added];
  const before = old === undefined ? undefined : mapAt(old, "spec");
  if (before !== undefined) {
    for (const key of ["priority", "preemptionPolicy"])
      if (isPresent(before, key)) fill(spec, key, before[key] ?? null);
    return;
  }
  if (textAt(spec, "priorityClassName") !== "") return;
  fill(spec, "priority", 0);
  fill(spec, "preemptionPolicy", "PreemptLowerPriority");
};
