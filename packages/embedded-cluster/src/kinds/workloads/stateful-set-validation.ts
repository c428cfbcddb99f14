import type { LiveObject, Value, ValueMap } from "../../json.ts";
import { forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateAnnotations, validateLabels } from "../validation/labels.ts";
import { validateClaimSpec } from "./claim-validation.ts";
import { dnsLabelAt, type Findings, nonNegative, unsupported } from "./findings.ts";
import { validatePodAnnotations } from "./pod-annotations.ts";
import { isPresent, mapAt, mapsAt, numberAt, textAt } from "./reading.ts";
import { atMostAll, countOrPercent, plainValue, validateCountOrPercent } from "./rollout-validation.ts";
import { sameValue } from "./same-value.ts";
import { printedSelector } from "./selector.ts";
import {
  matchTemplate,
  mismatch,
  validateRequiredSelector,
  validateStandingTemplate,
  validateTemplate,
} from "./template-validation.ts";

/** What the server lets pass on update, for it did not always look. */
interface Allowances {
  readonly anyServiceName?: boolean;
  readonly anyTemplate?: boolean;
  readonly anyClaims?: boolean;
}

export const validateStatefulSet = (object: LiveObject): Findings => validateSpec(mapAt(object, "spec"), {});

const MUTABLE = [
  "replicas",
  "template",
  "updateStrategy",
  "minReadySeconds",
  "ordinals",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
];

const without = (spec: ValueMap | undefined, keys: readonly string[]): ValueMap =>
  Object.fromEntries(Object.entries(spec ?? {}).filter(([key]) => !keys.includes(key)));

export const validateStatefulSetUpdate = (object: LiveObject, old: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec"), mapAt(old, "spec")];
  const allowances = { anyServiceName: true, anyClaims: true };
  const anyTemplate = validateSpec(before, allowances).length > 0;
  return [
    ...validateSpec(spec, { ...allowances, anyTemplate }),
    ...(sameValue(without(spec, MUTABLE), without(before, MUTABLE))
      ? []
      : [
          forbidden(
            "spec",
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
          ),
        ]),
  ];
};

const validateSpec = (spec: ValueMap | undefined, allow: Allowances): Findings => {
  const serviceName = textAt(spec, "serviceName");
  const retention = mapAt(spec, "persistentVolumeClaimRetentionPolicy");
  const findings: FieldError[] = [
    ...validateManagement(textAt(spec, "podManagementPolicy")),
    ...validateUpdateStrategy(mapAt(spec, "updateStrategy"), "spec.updateStrategy"),
    ...(retention === undefined ? [] : validateRetention(retention, "spec.persistentVolumeClaimRetentionPolicy")),
  ];
  if (allow.anyClaims !== true)
    for (const [index, claim] of mapsAt(spec, "volumeClaimTemplates").entries())
      findings.push(...validateClaimSpec(mapAt(claim, "spec"), `spec.volumeClaimTemplates[${index}].spec`));
  findings.push(...nonNegative(numberAt(spec, "replicas"), "spec.replicas"));
  findings.push(...nonNegative(numberAt(spec, "minReadySeconds"), "spec.minReadySeconds"));
  findings.push(...nonNegative(numberAt(mapAt(spec, "ordinals"), "start"), "spec.ordinals.start"));
  if (allow.anyServiceName !== true && serviceName !== "")
    findings.push(...dnsLabelAt(serviceName, "spec.serviceName"));
  findings.push(...validateRequiredSelector(spec, "statefulset", "spec.selector"));
  const match = matchTemplate(mapAt(spec, "selector"), mapAt(spec, "template"));
  if (match === "unreadable") findings.push(invalid("spec.selector", printedSelector(mapAt(spec, "selector")), ""));
  else findings.push(...validateOwnTemplate(spec, match, allow, "spec.template"));
  return [...findings, ...validateStandingTemplate(mapAt(spec, "template"), "StatefulSet", "spec.template")];
};

const validateManagement = (policy: string): Findings => {
  if (policy === "") return [required("spec.podManagementPolicy")];
  return policy === "OrderedReady" || policy === "Parallel"
    ? []
    : [invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")];
};

const validateUpdateStrategy = (strategy: ValueMap | undefined, field: string): Findings => {
  const type = textAt(strategy, "type");
  const rollingUpdate = mapAt(strategy, "rollingUpdate");
  if (type === "") return [required(field)];
  if (type === "OnDelete")
    return rollingUpdate === undefined
      ? []
      : [
          invalid(
            `${field}.rollingUpdate`,
            printedRollingUpdate(rollingUpdate),
            "only allowed for updateStrategy 'RollingUpdate'",
          ),
        ];
  if (type !== "RollingUpdate")
    return [
      invalid(
        field,
        { Type: type, RollingUpdate: printedRollingUpdate(rollingUpdate) },
        "must be 'RollingUpdate' or 'OnDelete'",
      ),
    ];
  if (rollingUpdate === undefined) return [];
  const at = `${field}.rollingUpdate`;
  const findings: FieldError[] = [...nonNegative(numberAt(rollingUpdate, "partition"), `${at}.partition`)];
  if (!isPresent(rollingUpdate, "maxUnavailable")) return findings;
  const unavailable = countOrPercent(rollingUpdate, "maxUnavailable");
  return [
    ...findings,
    ...validateCountOrPercent(unavailable, `${at}.maxUnavailable`),
    ...(plainValue(unavailable) === 0 ? [invalid(`${at}.maxUnavailable`, unavailable, "cannot be 0")] : []),
    ...atMostAll(unavailable, `${at}.maxUnavailable`),
  ];
};

const printedRollingUpdate = (rollingUpdate: ValueMap | undefined): Value =>
  rollingUpdate === undefined
    ? null
    : {
        Partition: numberAt(rollingUpdate, "partition") ?? 0,
        MaxUnavailable: rollingUpdate["maxUnavailable"] ?? null,
      };

const validateRetention = (retention: ValueMap, field: string): Findings =>
  ["whenDeleted", "whenScaled"]
    .filter((key) => !["Retain", "Delete"].includes(textAt(retention, key)))
    .map((key) => unsupported(`${field}.${key}`, textAt(retention, key), ["Retain", "Delete"]));

/** The template as its pods will be: claims are volumes, hostname and subdomain are the controller's. */
const validateOwnTemplate = (
  spec: ValueMap | undefined,
  match: "matches" | "differs",
  allow: Allowances,
  field: string,
): Findings => {
  const template = mapAt(spec, "template");
  const podSpec = mapAt(template, "spec") ?? {};
  const claims = mapsAt(spec, "volumeClaimTemplates").map((claim) => textAt(mapAt(claim, "metadata"), "name"));
  const volumes: Value[] = [...new Set(claims)].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = mapsAt(podSpec, "volumes").filter((volume) => !claims.includes(textAt(volume, "name")));
  const asRun: ValueMap = {
    ...template,
    spec: { ...without(podSpec, ["hostname", "subdomain"]), volumes: [...volumes, ...others] },
  };
  const metadata = mapAt(template, "metadata");
  // An empty selector matches all, and has been told of already; none at all matches nothing.
  return [
    ...(match === "differs" ? [mismatch(template, field)] : []),
    ...(allow.anyTemplate === true ? [] : validateTemplate(asRun, field)),
    ...validateLabels(metadata?.["labels"], `${field}.labels`),
    ...validateAnnotations(metadata?.["annotations"], `${field}.annotations`),
    ...validatePodAnnotations(metadata, podSpec, `${field}.annotations`),
  ];
};
