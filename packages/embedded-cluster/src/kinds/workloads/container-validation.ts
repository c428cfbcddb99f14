import type { ValueMap } from "../../json.ts";
import { duplicate, forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateEnvironment, validateEnvironmentFrom } from "./environment-validation.ts";
import { dnsLabelAt, type Findings, notFound, unsupported } from "./findings.ts";
import { type Volumes, validateDevices, validateMounts } from "./mount-validation.ts";
import { validateContainerPorts, validateHostPorts } from "./port-validation.ts";
import { forbidLifecycleAndProbes, validateLifecycleAndProbes } from "./probe-validation.ts";
import { isPresent, mapAt, mapsAt, numberAt, textAt } from "./reading.ts";
import { validateResources } from "./resource-validation.ts";
import { validateResizePolicy, validateRestartRules } from "./restart-validation.ts";
import { validateSecurityContext } from "./security-validation.ts";

/** What the containers of one pod spec share. */
export interface PodSetting {
  readonly spec: ValueMap;
  readonly volumes: Volumes;
}

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];
const MESSAGE_POLICIES = ["File", "FallbackToLogsOnError"];

const oneOf = (container: ValueMap, key: string, allowed: readonly string[], path: string): Findings => {
  const value = textAt(container, key);
  if (value === "") return [required(`${path}.${key}`)];
  return allowed.includes(value) ? [] : [unsupported(`${path}.${key}`, value, allowed)];
};

const validateCommon = (container: ValueMap, { spec, volumes }: PodSetting, path: string): Findings => {
  const name = textAt(container, "name");
  const claims = mapsAt(spec, "resourceClaims").map((claim) => textAt(claim, "name"));
  return [
    ...(name === "" ? [required(`${path}.name`)] : dnsLabelAt(name, `${path}.name`)),
    ...(textAt(container, "image") === "" ? [required(`${path}.image`)] : []),
    ...oneOf(container, "terminationMessagePolicy", MESSAGE_POLICIES, path),
    ...validateContainerPorts(container, `${path}.ports`),
    ...validateEnvironment(container, `${path}.env`),
    ...validateEnvironmentFrom(container, `${path}.envFrom`),
    ...validateMounts(container, volumes, `${path}.volumeMounts`),
    ...validateDevices(container, volumes, `${path}.volumeDevices`),
    ...oneOf(container, "imagePullPolicy", PULL_POLICIES, path),
    ...validateResources(mapAt(container, "resources"), claims, `${path}.resources`),
    ...validateResizePolicy(container, spec, `${path}.resizePolicy`),
    ...validateSecurityContext(
      mapAt(container, "securityContext"),
      `${path}.securityContext`,
      spec["hostUsers"] !== false,
    ),
  ];
};

const graceOf = (spec: ValueMap): number | undefined => numberAt(spec, "terminationGracePeriodSeconds");

export const validateContainers = (setting: PodSetting, field: string): Findings => {
  const containers = mapsAt(setting.spec, "containers");
  if (containers.length === 0) return [required(field)];
  const names = new Set<string>();
  const findings = containers.flatMap((container, index): Findings => {
    const path = `${field}[${index}]`;
    const name = textAt(container, "name");
    const again = names.has(name);
    names.add(name);
    return [
      ...validateCommon(container, setting, path),
      ...(again ? [duplicate(`${path}.name`, name)] : []),
      ...validateLifecycleAndProbes(container, graceOf(setting.spec), path),
      ...validateRestartRules(container, path),
    ];
  });
  return [...findings, ...validateHostPorts(containers, field)];
};

export const validateInitContainers = (setting: PodSetting, field: string): Findings => {
  const names = new Set(mapsAt(setting.spec, "containers").map((container) => textAt(container, "name")));
  return mapsAt(setting.spec, "initContainers").flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const name = textAt(container, "name");
    const staysUp = container["restartPolicy"] === "Always";
    const findings: FieldError[] = [
      ...validateCommon(container, setting, path),
      ...validateRestartRules(container, path),
    ];
    if (names.has(name)) findings.push(duplicate(`${path}.name`, name));
    else if (name !== "") names.add(name);
    findings.push(...validateHostPorts([container], field));
    if (staysUp) findings.push(...validateLifecycleAndProbes(container, graceOf(setting.spec), path));
    else
      findings.push(
        ...forbidLifecycleAndProbes(container, path),
        ...mapsAt(container, "resizePolicy").flatMap((policy, at) =>
          policy["restartPolicy"] === "RestartContainer"
            ? [
                invalid(
                  `${path}.resizePolicy[${at}].restartPolicy`,
                  "RestartContainer",
                  "must not be set to 'RestartContainer' for non-sidecar initContainers",
                ),
              ]
            : [],
        ),
      );
    return findings;
  });
};

const NOT_EPHEMERAL = [
  "ports",
  "resources",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "resizePolicy",
  "restartPolicy",
  "restartPolicyRules",
];

/** Ephemeral containers, which come by their own subresource; a template may not have them but is told what is wrong with them. */
export const validateEphemeralContainers = (setting: PodSetting, field: string): Findings => {
  const others = [...mapsAt(setting.spec, "containers"), ...mapsAt(setting.spec, "initContainers")].map((container) =>
    textAt(container, "name"),
  );
  const names = new Set(others);
  return mapsAt(setting.spec, "ephemeralContainers").flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const [name, target] = [textAt(container, "name"), textAt(container, "targetContainerName")];
    const findings: FieldError[] = [...validateCommon(container, setting, path), ...validateImageText(container, path)];
    if (names.has(name)) findings.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (target !== "" && !others.includes(target)) findings.push(notFound(`${path}.targetContainerName`, target));
    for (const key of NOT_EPHEMERAL) {
      const value = mapAt(container, key);
      if (isPresent(container, key) && (value === undefined || Object.keys(value).length > 0))
        findings.push(forbidden(`${path}.${key}`, "cannot be set for an Ephemeral Container"));
    }
    for (const [at, mount] of mapsAt(container, "volumeMounts").entries())
      for (const key of ["subPath", "subPathExpr"])
        if (textAt(mount, key) !== "")
          findings.push(forbidden(`${path}.volumeMounts[${at}].${key}`, "cannot be set for an Ephemeral Container"));
    return findings;
  });
};

/** Only in Pods: a template's image may be padded. */
export const validateImageText = (container: ValueMap, path: string): Findings => {
  const image = textAt(container, "image");
  return image.trim() === image
    ? []
    : [invalid(`${path}.image`, image, "must not have leading or trailing whitespace")];
};
