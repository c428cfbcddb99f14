import type { LiveObject, Value, ValueMap } from "../../json.ts";
import type { StrategyContext } from "../kind-strategy.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { mapAt, mapsAt, textAt, numberAt, isPresent, fill } from "../../reading.ts";

const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/**
 * What the plugins DefaultTolerationSeconds and Priority make of a pod; nobody owns these fields. A class that is not there
 * counts as none, and none that every pod without one would get (globalDefault) is modelled.
 */
export const admitPod = (object: LiveObject, context: StrategyContext, old?: LiveObject): void => {
  const spec = specOf(object);
  tolerateLostNodes(spec);
  const before = old === undefined ? undefined : mapAt(old, "spec");
  if (before === undefined) return setPriority(object, context);
  for (const key of ["priority", "preemptionPolicy"]) if (isPresent(before, key)) fill(spec, key, before[key] ?? null);
};

/** For five minutes. */
const tolerateLostNodes = (spec: ValueMap): void => {
  const tolerations = mapsAt(spec, "tolerations");
  const tolerates = (key: string): boolean =>
    tolerations.some(
      (toleration) =>
        [key, ""].includes(textAt(toleration, "key")) && ["NoExecute", ""].includes(textAt(toleration, "effect")),
    );
  const added: Value[] = TAINTS.filter((key) => !tolerates(key)).map((key) => ({
    key,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 300,
  }));
  if (added.length > 0) spec["tolerations"] = [...tolerations, ...added];
};

/** Classes that every server has from its start. */
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};

const setPriority = (object: LiveObject, context: StrategyContext): void => {
  const spec = specOf(object);
  const name = textAt(spec, "priorityClassName");
  const found = name === "" ? undefined : context.get("scheduling.k8s.io", "PriorityClass", "", name);
  spec["priority"] = numberAt(found, "value") ?? SYSTEM_CLASSES[name] ?? 0;
  spec["preemptionPolicy"] = textAt(found, "preemptionPolicy") || "PreemptLowerPriority";
};
