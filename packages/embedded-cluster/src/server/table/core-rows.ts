import type { Value, ValueMap } from "../../json.ts";
import { canonicalQuantity } from "../../kinds/validation/quantity.ts";
import { fieldsOf, isSet, itemsOf, numberOf, structsOf, textOf } from "../../kinds/validation/read-value.ts";
import {
  ageOf,
  metaOf,
  nameOf,
  or,
  type RowCells,
  since,
  sortedTexts,
  specOf,
  statusOf,
  textOr,
} from "./cell-texts.ts";

const sizeOf = (map: Value | undefined): number => Object.keys(fieldsOf(map)).length;

/** A kind whose row is its name, a few cells and its age. */
export const named =
  (cells: (object: Readonly<ValueMap>) => readonly Value[]): RowCells =>
  (object, context) => [nameOf(object), ...cells(object), ageOf(object, context)];

const ROLE_PREFIX = "node-role.kubernetes.io/";

const rolesOf = (node: Readonly<ValueMap>): string => {
  const roles = Object.entries(fieldsOf(metaOf(node)["labels"])).map(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return key.slice(ROLE_PREFIX.length);
    return key === "kubernetes.io/role" ? textOf(value) : "";
  });
  return or(sortedTexts(roles.filter((role) => role !== "")).join(","), "<none>");
};

const readiness = (node: Readonly<ValueMap>): string => {
  const ready = structsOf(statusOf(node)["conditions"]).findLast((each) => each["type"] === "Ready");
  if (ready === undefined) return "Unknown";
  return ready["status"] === "True" ? "Ready" : "NotReady";
};

const node: RowCells = (object, context) => {
  const { addresses, nodeInfo } = statusOf(object);
  const info = fieldsOf(nodeInfo);
  const addressOf = (type: string): string =>
    textOr(structsOf(addresses).find((each) => each["type"] === type)?.["address"], "<none>");
  const architecture = textOf(info["architecture"]);
  const [os, kernel, runtime] = ["osImage", "kernelVersion", "containerRuntimeVersion"].map((field) =>
    or(textOf(info[field]), "<unknown>"),
  );
  return [
    nameOf(object),
    `${readiness(object)}${specOf(object)["unschedulable"] === true ? ",SchedulingDisabled" : ""}`,
    rolesOf(object),
    ageOf(object, context),
    textOf(info["kubeletVersion"]),
    addressOf("InternalIP"),
    addressOf("ExternalIP"),
    os ?? "",
    `${kernel ?? ""}${architecture === "" ? "" : ` (${architecture})`}`,
    runtime ?? "",
  ];
};

/** An Event in either of its two groups: the newer one has new names for most fields. */
const event: RowCells = (object, context) => {
  const regarding = fieldsOf(object["involvedObject"] ?? object["regarding"]);
  const source = fieldsOf(object["source"] ?? object["deprecatedSource"]);
  const series = object["series"];
  const firstTime = object["firstTimestamp"] ?? object["deprecatedFirstTimestamp"];
  const lastTime = object["lastTimestamp"] ?? object["deprecatedLastTimestamp"];
  const first = since(isSet(firstTime) ? firstTime : object["eventTime"], context);
  const last = isSet(series)
    ? since(fieldsOf(series)["lastObservedTime"], context)
    : isSet(lastTime)
      ? since(lastTime, context)
      : first;
  const counted = numberOf(object["count"] ?? object["deprecatedCount"]);
  const count = isSet(series) ? numberOf(fieldsOf(series)["count"]) : counted === 0 ? 1 : counted;
  const kind = textOf(regarding["kind"]).toLowerCase();
  const name = textOf(regarding["name"]);
  const controller = textOf(object["reportingComponent"] ?? object["reportingController"]);
  const host = or(textOf(source["host"]), textOf(object["reportingInstance"]));
  const component = or(textOf(source["component"]), controller);
  return [
    last,
    textOf(object["type"]),
    textOf(object["reason"]),
    name === "" ? kind : `${kind}/${name}`,
    textOf(regarding["fieldPath"]),
    host === "" ? component : `${component}, ${host}`,
    textOf(object["message"] ?? object["note"]).trim(),
    first,
    count,
    nameOf(object),
  ];
};

const quantity = (value: Value | undefined): string =>
  isSet(value) ? canonicalQuantity(String(value as string)) : "0";

const resourceQuota = named((object) => {
  const { hard, used } = statusOf(object);
  const resources = sortedTexts(Object.keys(fieldsOf(hard)));
  const cell = (ofLimits: boolean): string =>
    resources
      .filter((resource) => resource.startsWith("limits.") === ofLimits)
      .map((resource) => `${resource}: ${quantity(fieldsOf(used)[resource])}/${quantity(fieldsOf(hard)[resource])}`)
      .join(", ");
  return [cell(false), cell(true)];
});

const priorityClass: RowCells = (object, context) => [
  nameOf(object),
  numberOf(object["value"]),
  object["globalDefault"] === true,
  ageOf(object, context),
  textOf(object["preemptionPolicy"]),
];

const apiService = named((object) => {
  const { service } = specOf(object);
  const of = fieldsOf(service);
  const found = structsOf(statusOf(object)["conditions"]).find((each) => each["type"] === "Available");
  const [status, reason] = [textOf(found?.["status"]), textOf(found?.["reason"])];
  const available =
    found === undefined ? "Unknown" : status === "True" || reason === "" ? status : `${status} (${reason})`;
  return [isSet(service) ? `${textOf(of["namespace"])}/${textOf(of["name"])}` : "Local", available];
});

const webhooks = named((object) => [itemsOf(object["webhooks"]).length]);

const admissionPolicy = named((object) => {
  const { paramKind, validations } = specOf(object);
  const kind = fieldsOf(paramKind);
  const shown = isSet(paramKind) ? `${textOf(kind["apiVersion"])}/${textOf(kind["kind"])}` : "<unset>";
  return [itemsOf(validations).length, shown];
});

const admissionBinding = named((object) => {
  const { paramRef, policyName } = specOf(object);
  const { name, namespace } = fieldsOf(paramRef);
  const shown = textOf(name) === "" ? "<unset>" : `${or(textOf(namespace), "*")}/${textOf(name)}`;
  return [textOf(policyName), shown];
});

/** Cells of the plain kinds, by group and kind. */
export const coreRows: Readonly<Record<string, RowCells>> = {
  "/ConfigMap": named((object) => [sizeOf(object["data"]) + sizeOf(object["binaryData"])]),
  "/Event": event,
  "/Namespace": named((object) => [textOf(statusOf(object)["phase"])]),
  "/Node": node,
  "/ResourceQuota": resourceQuota,
  "/Secret": named((object) => [textOf(object["type"]), sizeOf(object["data"])]),
  "/ServiceAccount": named(() => []),
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": webhooks,
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": admissionPolicy,
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": admissionBinding,
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": webhooks,
  "apiregistration.k8s.io/APIService": apiService,
  "coordination.k8s.io/Lease": named((object) => [textOf(specOf(object)["holderIdentity"])]),
  "events.k8s.io/Event": event,
  "scheduling.k8s.io/PriorityClass": priorityClass,
};
