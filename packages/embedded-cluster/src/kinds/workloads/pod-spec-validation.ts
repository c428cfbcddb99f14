import type { ValueMap } from "../../json.ts";
import { duplicate, forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateLabels } from "../validation/labels.ts";
import { mustBeBetween } from "../validation/name-texts.ts";
import { nameIsDnsSubdomain, qualifiedNameRule } from "../validation/names.ts";
import {
  type PodSetting,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from "./container-validation.ts";
import { dnsLabelAt, dnsSubdomainAt, type Findings, invalidFor, notFound, tooLong, unsupported } from "./findings.ts";
import { validateDns, validateHostAliases } from "./pod-dns-validation.ts";
import { validateHostNetworkPorts } from "./port-validation.ts";
import { boolAt, isPresent, mapAt, mapIn, mapsAt, numberAt, textAt } from "./reading.ts";
import { validatePodResources } from "./pod-resources.ts";
import { validateResources } from "./resource-validation.ts";
import { validateAffinity, validateSpread, validateTolerations } from "./scheduling-validation.ts";
import { validatePodSecurityContext } from "./security-validation.ts";
import { validateVolumes } from "./volume-validation.ts";

const MAX_INT32 = 2 ** 31 - 1;

/** A pod spec, in a Pod (then with its name) or in a template, in the order in which the server looks at it. */
export const validatePodSpec = (
  spec: ValueMap,
  field: string,
  pod: { readonly name: string } | undefined,
): Findings => {
  const { volumes, findings: volumeFindings } = validateVolumes(spec, pod?.name ?? "", `${field}.volumes`);
  const setting: PodSetting = { spec, volumes };
  return [
    ...(isPresent(spec, "terminationGracePeriodSeconds") ? [] : [required(`${field}.terminationGracePeriodSeconds`)]),
    ...volumeFindings,
    ...validateContainers(setting, `${field}.containers`),
    ...validateInitContainers(setting, `${field}.initContainers`),
    ...validateEphemeralContainers(setting, `${field}.ephemeralContainers`),
    ...validatePodResources(spec, `${field}.resources`),
    ...validateHostNetworkPorts(spec, field, pod !== undefined),
    ...oneOf(spec, "restartPolicy", ["Always", "OnFailure", "Never"], field),
    ...oneOf(spec, "dnsPolicy", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"], field),
    ...validateLabels(spec["nodeSelector"], `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec, field),
    ...validateAffinity(spec, `${field}.affinity`),
    ...validateDns(spec, `${field}.dnsConfig`),
    ...validateGates(spec, field),
    ...validateSpread(spec, `${field}.topologySpreadConstraints`),
    ...validateHostUsers(spec, field),
    ...validateNamesInSpec(spec, field),
    ...validateFileVolumes(spec, field),
  ];
};

const oneOf = (spec: ValueMap, key: string, allowed: readonly string[], field: string): Findings => {
  const value = textAt(spec, key);
  if (value === "") return [required(`${field}.${key}`)];
  return allowed.includes(value) ? [] : [unsupported(`${field}.${key}`, value, allowed)];
};

const validateGates = (spec: ValueMap, field: string): Findings => {
  const seen = new Set<string>();
  return [
    ...mapsAt(spec, "readinessGates").flatMap((gate, index) => {
      const type = textAt(gate, "conditionType");
      return invalidFor(`${field}.readinessGates[${index}].conditionType`, type, qualifiedNameRule(type));
    }),
    ...mapsAt(spec, "schedulingGates").flatMap((gate, index) => {
      const name = textAt(gate, "name");
      const at = `${field}.schedulingGates[${index}]`;
      const again = seen.has(name);
      seen.add(name);
      return [...invalidFor(at, name, qualifiedNameRule(name)), ...(again ? [duplicate(at, name)] : [])];
    }),
  ];
};

/** A pod with users of its own shares no other namespace of the host. */
const validateHostUsers = (spec: ValueMap, field: string): Findings => {
  if (spec["hostUsers"] !== false) return [];
  const when = "when `hostUsers` is false";
  return [
    ...(boolAt(spec, "hostNetwork") ? [forbidden(`${field}.hostNetwork`, when)] : []),
    ...(boolAt(spec, "hostPID") ? [forbidden(`${field}.HostPID`, when)] : []),
    ...(boolAt(spec, "hostIPC") ? [forbidden(`${field}.HostIPC`, when)] : []),
    ...containersOf(spec, field).flatMap(([container, path]) =>
      mapsAt(container, "volumeDevices").length > 0 ? [forbidden(`${path}.volumeDevices`, when)] : [],
    ),
  ];
};

/** All containers with their paths, in the order in which the server visits them. */
const containersOf = (spec: ValueMap, field: string): readonly (readonly [ValueMap, string])[] =>
  ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
    mapsAt(spec, list).map((container, index) => [container, `${field}.${list}[${index}]`] as const),
  );

const validateNamesInSpec = (spec: ValueMap, field: string): Findings => {
  const named = (key: string): Findings => {
    const name = textAt(spec, key);
    return name === "" ? [] : invalidFor(`${field}.${key}`, name, nameIsDnsSubdomain(name, false));
  };
  const label = (key: string): Findings => {
    const name = textAt(spec, key);
    return name === "" ? [] : dnsLabelAt(name, `${field}.${key}`);
  };
  const deadline = numberAt(spec, "activeDeadlineSeconds");
  const runtime = textAt(spec, "runtimeClassName");
  return [
    ...validateHostnameOverride(spec, `${field}.hostnameOverride`),
    ...named("serviceAccountName"),
    ...named("nodeName"),
    ...(deadline === undefined || (deadline >= 1 && deadline <= MAX_INT32)
      ? []
      : [invalid(`${field}.activeDeadlineSeconds`, deadline, mustBeBetween(1, MAX_INT32))]),
    ...label("hostname"),
    ...label("subdomain"),
    ...validateTolerations(spec, `${field}.tolerations`),
    ...validateHostAliases(spec, `${field}.hostAliases`),
    ...named("priorityClassName"),
    ...(isPresent(spec, "runtimeClassName")
      ? invalidFor(`${field}.runtimeClassName`, runtime, nameIsDnsSubdomain(runtime, false))
      : []),
    ...(isPresent(spec, "preemptionPolicy")
      ? oneOf(spec, "preemptionPolicy", ["PreemptLowerPriority", "Never"], field)
      : []),
    ...validateResources({ limits: mapAt(spec, "overhead") ?? {} }, [], `${field}.overhead`),
    ...validateOs(spec, `${field}.os`),
  ];
};

const validateHostnameOverride = (spec: ValueMap, field: string): Findings => {
  if (!isPresent(spec, "hostnameOverride")) return [];
  const name = textAt(spec, "hostnameOverride");
  return [
    ...(boolAt(spec, "setHostnameAsFQDN")
      ? [forbidden(field, "may not be specified when setHostnameAsFQDN is true")]
      : []),
    ...(boolAt(spec, "hostNetwork") ? [forbidden(field, "may not be specified when hostNetwork is true")] : []),
    ...(name.length > 64 ? [tooLong(field, 64)] : []),
    ...dnsSubdomainAt(name, field),
  ];
};

const validateOs = (spec: ValueMap, field: string): Findings => {
  const os = mapAt(spec, "os");
  if (os === undefined) return [];
  const name = textAt(os, "name");
  if (name === "") return [required(`${field}.name`)];
  return name === "linux" || name === "windows" ? [] : [unsupported(field, name, ["linux", "windows"])];
};

/** Variables read from a file: its volume is an `emptyDir` of this pod. */
const validateFileVolumes = (spec: ValueMap, field: string): Findings => {
  const volumes = new Map(mapsAt(spec, "volumes").map((volume) => [textAt(volume, "name"), volume]));
  return containersOf(spec, field).flatMap(([container, path]) =>
    mapsAt(container, "env").flatMap((variable, index): readonly FieldError[] => {
      const reference = mapIn(variable, "valueFrom", "fileKeyRef");
      if (reference === undefined) return [];
      const name = textAt(reference, "volumeName");
      const at = `${path}.env[${index}].valueFrom.fileKeyRef.volumeName`;
      const volume = volumes.get(name);
      if (volume === undefined) return [notFound(at, name)];
      return mapAt(volume, "emptyDir") === undefined
        ? [invalid(at, name, "referenced volume must be of type emptyDir")]
        : [];
    }),
  );
};
