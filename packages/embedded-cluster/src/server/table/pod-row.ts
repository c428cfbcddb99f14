import type { Value, ValueMap } from "../../json.ts";
import { fieldsOf, isSet, numberOf, structsOf, textOf } from "../../kinds/validation/read-value.ts";
import { ageOf, metaOf, nameOf, or, type RowCells, since, specOf, statusOf } from "./cell-texts.ts";

type Fields = Readonly<ValueMap>;

/** What the containers of a Pod say together. */
interface Sum {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: number;
  /** RFC 3339, the latest; "" for none. */
  readonly restartedAt: string;
}

const stateOf = (container: Fields, state: string): Fields | undefined => {
  const found = fieldsOf(container["state"])[state];
  return isSet(found) ? fieldsOf(found) : undefined;
};

const lastFinish = (container: Fields): string =>
  textOf(fieldsOf(fieldsOf(container["lastState"])["terminated"])["finishedAt"]);

const later = (a: string, b: string): string => (b > a ? b : a);

const exitText = (terminated: Fields): string => {
  const reason = textOf(terminated["reason"]);
  if (reason !== "") return reason;
  const signal = numberOf(terminated["signal"]);
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${numberOf(terminated["exitCode"])}`;
};

const hasTrueCondition = (pod: Fields, type: string): boolean =>
  structsOf(statusOf(pod)["conditions"]).some((each) => each["type"] === type && each["status"] === "True");

const runsOn = (container: Fields | undefined): boolean => container?.["restartPolicy"] === "Always";

const baseReason = (pod: Fields): string => {
  const { conditions, phase, reason } = statusOf(pod);
  const isGated = structsOf(conditions).some(
    (each) => each["type"] === "PodScheduled" && each["reason"] === "SchedulingGated",
  );
  return isGated ? "SchedulingGated" : or(textOf(reason), textOf(phase));
};

interface Initialising extends Sum {
  readonly isInitialising: boolean;
  /** Of init containers that go on running. */
  readonly sidecarRestarts: number;
  readonly sidecarRestartedAt: string;
}

/** Why an init container is not done; undefined where it is (or runs on, as it should). */
const initReason = (container: Fields, isSidecar: boolean, at: number, total: number): string | undefined => {
  const terminated = stateOf(container, "terminated");
  if (terminated !== undefined && numberOf(terminated["exitCode"]) === 0) return undefined;
  if (isSidecar && container["started"] === true) return undefined;
  if (terminated !== undefined) return `Init:${exitText(terminated)}`;
  const waiting = textOf(stateOf(container, "waiting")?.["reason"]);
  return waiting !== "" && waiting !== "PodInitializing" ? `Init:${waiting}` : `Init:${at}/${total}`;
};

const sumInit = (pod: Fields): Initialising => {
  const declared = structsOf(specOf(pod)["initContainers"]);
  let [restarts, sidecarRestarts, ready] = [0, 0, 0];
  let [restartedAt, sidecarRestartedAt] = ["", ""];
  for (const [at, container] of structsOf(statusOf(pod)["initContainerStatuses"]).entries()) {
    const isSidecar = runsOn(declared.find((each) => each["name"] === container["name"]));
    const count = numberOf(container["restartCount"]);
    restarts += count;
    restartedAt = later(restartedAt, lastFinish(container));
    if (isSidecar) {
      sidecarRestarts += count;
      sidecarRestartedAt = later(sidecarRestartedAt, lastFinish(container));
    }
    const reason = initReason(container, isSidecar, at, declared.length);
    if (reason !== undefined) {
      return { reason, ready, restarts, restartedAt, isInitialising: true, sidecarRestarts, sidecarRestartedAt };
    }
    const isDone = numberOf(stateOf(container, "terminated")?.["exitCode"]) === 0 && stateOf(container, "terminated");
    if (!isDone && container["ready"] === true) ready += 1;
  }
  const reason = baseReason(pod);
  return { reason, ready, restarts, restartedAt, isInitialising: false, sidecarRestarts, sidecarRestartedAt };
};

/** A Pod whose containers are done is what the others make it. */
const afterCompletion = (pod: Fields, hasRunning: boolean, failure: string): string => {
  if (hasRunning && hasTrueCondition(pod, "Ready")) return "Running";
  if (failure !== "") return failure;
  return hasRunning ? "NotReady" : "Completed";
};

const sumContainers = (pod: Fields, init: Initialising): Sum => {
  let { ready, reason } = init;
  let restarts = init.sidecarRestarts;
  let restartedAt = init.sidecarRestartedAt;
  let hasRunning = false;
  let failure = "";
  for (const container of structsOf(statusOf(pod)["containerStatuses"]).toReversed()) {
    restarts += numberOf(container["restartCount"]);
    restartedAt = later(restartedAt, lastFinish(container));
    const waiting = textOf(stateOf(container, "waiting")?.["reason"]);
    const terminated = stateOf(container, "terminated");
    if (waiting !== "") reason = waiting;
    else if (terminated !== undefined) {
      reason = exitText(terminated);
      if (numberOf(terminated["exitCode"]) !== 0) failure = reason;
    } else if (container["ready"] === true && stateOf(container, "running") !== undefined) {
      hasRunning = true;
      ready += 1;
    }
  }
  if (reason === "Completed") reason = afterCompletion(pod, hasRunning, failure);
  return { reason, ready, restarts, restartedAt };
};

const TERMINAL: ReadonlySet<string> = new Set(["Failed", "Succeeded"]);

const shownReason = (pod: Fields, reason: string): string => {
  if (!isSet(metaOf(pod)["deletionTimestamp"])) return reason;
  const status = statusOf(pod);
  if (status["reason"] === "NodeLost") return "Unknown";
  return TERMINAL.has(textOf(status["phase"])) ? reason : "Terminating";
};

const readinessGates = (pod: Fields): string => {
  const gates = structsOf(specOf(pod)["readinessGates"]);
  const conditions = structsOf(statusOf(pod)["conditions"]);
  const passed = gates.filter(
    (gate) => conditions.find((each) => each["type"] === gate["conditionType"])?.["status"] === "True",
  );
  return gates.length === 0 ? "<none>" : `${passed.length}/${gates.length}`;
};

/** Cells of a Pod. */
export const podRow: RowCells = (pod, context) => {
  const [spec, status] = [specOf(pod), statusOf(pod)];
  const sidecars = structsOf(spec["initContainers"]).filter((container) => runsOn(container)).length;
  const total = structsOf(spec["containers"]).length + sidecars;
  const init = sumInit(pod);
  const sum = init.isInitialising && !hasTrueCondition(pod, "Initialized") ? init : sumContainers(pod, init);
  const { ready, restartedAt, restarts } = sum;
  const ago = restarts !== 0 && restartedAt !== "" ? ` (${since(restartedAt, context)} ago)` : "";
  const wide: readonly (Value | undefined)[] = [
    structsOf(status["podIPs"])[0]?.["ip"],
    spec["nodeName"],
    status["nominatedNodeName"],
  ];
  return [
    nameOf(pod),
    `${ready}/${total}`,
    shownReason(pod, sum.reason),
    `${restarts}${ago}`,
    ageOf(pod, context),
    ...wide.map((value) => or(textOf(value), "<none>")),
    readinessGates(pod),
  ];
};

/** Conditions of a Pod's row, by its phase: kubectl marks what is over. */
export const podRowConditions: Readonly<Record<string, readonly ValueMap[]>> = {
  Failed: [{ type: "Completed", status: "True", reason: "Failed", message: "The pod failed." }],
  Succeeded: [
    { type: "Completed", status: "True", reason: "Succeeded", message: "The pod has completed successfully." },
  ],
};
