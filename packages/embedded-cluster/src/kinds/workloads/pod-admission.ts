import type { LiveObject, Value, ValueMap } from "../../json.ts";
import { forbidden, plainError } from "../../server/status.ts";
import type { StrategyContext } from "../kind-strategy.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { mapAt, mapsAt, textAt, numberAt, isPresent, fill } from "../../reading.ts";

const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/**
 * What the plugins DefaultTolerationSeconds, Priority and RuntimeClass make of a pod; nobody owns these fields. A class
 * that every pod without one would get (globalDefault) and what a RuntimeClass adds are not modelled.
 */
export const admitPod = (object: LiveObject, context: StrategyContext, old?: LiveObject): void => {
  const spec = specOf(object);
  tolerateLostNodes(spec);
  const before = old === undefined ? undefined : mapAt(old, "spec");
  if (before === undefined) {
    checkRuntimeClass(object, context);
    return setPriority(object, context);
  }
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

const refuse = (object: LiveObject, why: string): never => {
  // Admission comes before a name is made up.
  const { metadata } = object;
  const name = textAt(metadata, "generateName") || textAt(metadata, "name") || "Unknown";
  throw forbidden({ group: "", plural: "pods" }, name, why);
};

const checkRuntimeClass = (object: LiveObject, context: StrategyContext): void => {
  const spec = specOf(object);
  if (!isPresent(spec, "runtimeClassName")) return;
  const name = textAt(spec, "runtimeClassName");
  if (name === "") throw plainError("resource name may not be empty");
  if (context.get("node.k8s.io", "RuntimeClass", "", name) === undefined)
    refuse(object, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
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
  const known = name === "" ? 0 : (numberAt(found, "value") ?? SYSTEM_CLASSES[name]);
  if (known === undefined) return refuse(object, `no PriorityClass with name ${name} was found`);
  const policy = textAt(found, "preemptionPolicy") || "PreemptLowerPriority";
  const asked = numberAt(spec, "priority");
  if (asked !== undefined && asked !== known)
    refuse(
      object,
      `the integer value of priority (${asked}) must not be provided in pod spec; priority admission controller computed ${known} from the given PriorityClass name`,
    );
  if (isPresent(spec, "preemptionPolicy") && textAt(spec, "preemptionPolicy") !== policy)
    refuse(
      object,
      `the string value of PreemptionPolicy (${textAt(spec, "preemptionPolicy")}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  spec["priority"] = known;
  spec["preemptionPolicy"] = policy;
};
