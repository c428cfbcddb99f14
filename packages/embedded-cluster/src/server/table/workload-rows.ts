import type { Value, ValueMap } from "../../json.ts";
import { fieldsOf, isSet, itemsOf, numberOf, structsOf, textOf } from "../../kinds/validation/read-value.ts";
import {
  ageOf,
  containerCells,
  humanDuration,
  labelsText,
  metaOf,
  nameOf,
  or,
  type RowCells,
  selectorText,
  since,
  specOf,
  statusOf,
  textOr,
} from "./cell-texts.ts";

const templateOf = (object: Readonly<ValueMap>): Value | undefined => specOf(object)["template"];
const selectorCell = (selector: Value | undefined): string => or(selectorText(selector), "<none>");

const replicaSet: RowCells = (object, context) => {
  const [spec, status] = [specOf(object), statusOf(object)];
  const counts = [spec["replicas"], status["replicas"], status["readyReplicas"]].map(numberOf);
  const cells = [nameOf(object), ...counts, ageOf(object, context), ...containerCells(spec["template"])];
  return [...cells, selectorCell(spec["selector"])];
};

const replicationController: RowCells = (object, context) => [
  ...replicaSet(object, context).slice(0, -1),
  labelsText(specOf(object)["selector"]),
];

const deployment: RowCells = (object, context) => {
  const [spec, status] = [specOf(object), statusOf(object)];
  const ready = `${numberOf(status["readyReplicas"])}/${numberOf(spec["replicas"])}`;
  const counts = [status["updatedReplicas"], status["availableReplicas"]].map(numberOf);
  const cells = [nameOf(object), ready, ...counts, ageOf(object, context), ...containerCells(spec["template"])];
  return [...cells, selectorText(spec["selector"])];
};

const statefulSet: RowCells = (object, context) => {
  const [spec, status] = [specOf(object), statusOf(object)];
  const ready = `${numberOf(status["readyReplicas"])}/${numberOf(spec["replicas"])}`;
  return [nameOf(object), ready, ageOf(object, context), ...containerCells(spec["template"])];
};

const DAEMON_COUNTS = [
  "desiredNumberScheduled",
  "currentNumberScheduled",
  "numberReady",
  "updatedNumberScheduled",
  "numberAvailable",
] as const;

const daemonSet: RowCells = (object, context) => {
  const status = statusOf(object);
  const counts = DAEMON_COUNTS.map((field) => numberOf(status[field]));
  const nodes = labelsText(fieldsOf(fieldsOf(templateOf(object))["spec"])["nodeSelector"]);
  const cells = [nameOf(object), ...counts, nodes, ageOf(object, context), ...containerCells(templateOf(object))];
  return [...cells, selectorCell(specOf(object)["selector"])];
};

const hasCondition = (object: Readonly<ValueMap>, type: string): boolean =>
  structsOf(statusOf(object)["conditions"]).find((each) => each["type"] === type)?.["status"] === "True";

/** What a Job is, in the order in which it is looked for. */
const JOB_STATUSES: readonly (readonly [status: string, is: (job: Readonly<ValueMap>) => boolean])[] = [
  ["Complete", (job) => hasCondition(job, "Complete")],
  ["Failed", (job) => hasCondition(job, "Failed")],
  ["Terminating", (job) => isSet(metaOf(job)["deletionTimestamp"])],
  ["Suspended", (job) => hasCondition(job, "Suspended")],
  ["FailureTarget", (job) => hasCondition(job, "FailureTarget")],
  ["SuccessCriteriaMet", (job) => hasCondition(job, "SuccessCriteriaMet")],
];

const completions = (job: Readonly<ValueMap>): string => {
  const [spec, succeeded] = [specOf(job), numberOf(statusOf(job)["succeeded"])];
  if (isSet(spec["completions"])) return `${succeeded}/${numberOf(spec["completions"])}`;
  const parallelism = numberOf(spec["parallelism"]);
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
};

const job: RowCells = (object, context) => {
  const { startTime, completionTime } = statusOf(object);
  const end = isSet(completionTime) ? Date.parse(textOf(completionTime)) : context.now;
  const duration = isSet(startTime) ? humanDuration(end - Date.parse(textOf(startTime))) : "";
  const status = JOB_STATUSES.find(([, is]) => is(object))?.[0] ?? "Running";
  const cells = [nameOf(object), status, completions(object), duration, ageOf(object, context)];
  return [...cells, ...containerCells(templateOf(object)), selectorCell(specOf(object)["selector"])];
};

const cronJob: RowCells = (object, context) => {
  const [spec, { active, lastScheduleTime }] = [specOf(object), statusOf(object)];
  const jobSpec = fieldsOf(fieldsOf(spec["jobTemplate"])["spec"]);
  const suspend = isSet(spec["suspend"]) ? (spec["suspend"] === true ? "True" : "False") : "<unset>";
  return [
    nameOf(object),
    textOf(spec["schedule"]),
    textOr(spec["timeZone"], "<none>"),
    suspend,
    itemsOf(active).length,
    isSet(lastScheduleTime) ? since(lastScheduleTime, context) : "<none>",
    ageOf(object, context),
    ...containerCells(jobSpec["template"]),
    selectorCell(jobSpec["selector"]),
  ];
};

const controllerRevision: RowCells = (object, context) => {
  const owner = structsOf(metaOf(object)["ownerReferences"]).find((each) => each["controller"] === true);
  const apiVersion = textOf(owner?.["apiVersion"]);
  const group = apiVersion.includes("/") ? `.${apiVersion.slice(0, apiVersion.indexOf("/"))}` : "";
  const controller = owner === undefined ? "<none>" : `${textOf(owner["kind"])}${group}`.toLowerCase();
  const name = owner === undefined ? "" : `/${textOf(owner["name"])}`;
  return [nameOf(object), `${controller}${name}`, numberOf(object["revision"]), ageOf(object, context)];
};

const podTemplate: RowCells = (object) => {
  const template = fieldsOf(object["template"]);
  return [nameOf(object), ...containerCells(template), labelsText(fieldsOf(template["metadata"])["labels"])];
};

const disruptionBudget: RowCells = (object, context) => {
  const { minAvailable, maxUnavailable } = specOf(object);
  const allowed = numberOf(statusOf(object)["disruptionsAllowed"]);
  const limits = [textOr(minAvailable, "N/A"), textOr(maxUnavailable, "N/A")];
  return [nameOf(object), ...limits, allowed, ageOf(object, context)];
};

/** Cells of what runs Pods, by group and kind. */
export const workloadRows: Readonly<Record<string, RowCells>> = {
  "/PodTemplate": podTemplate,
  "/ReplicationController": replicationController,
  "apps/ControllerRevision": controllerRevision,
  "apps/DaemonSet": daemonSet,
  "apps/Deployment": deployment,
  "apps/ReplicaSet": replicaSet,
  "apps/StatefulSet": statefulSet,
  "batch/CronJob": cronJob,
  "batch/Job": job,
  "policy/PodDisruptionBudget": disruptionBudget,
};
