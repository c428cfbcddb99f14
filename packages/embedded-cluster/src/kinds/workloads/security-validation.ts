import type { Value, ValueMap } from "../../json.ts";
import { duplicate, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { mustBeBetween } from "../validation/name-texts.ts";
import { type Findings, invalidFor, tooLong, unsupported } from "./findings.ts";
import { boolAt, isPresent, mapAt, mapsAt, numberAt, textAt, textsAt } from "./reading.ts";
import { validateDescendingPath } from "./path-validation.ts";

const MAX_ID = 2 ** 31 - 1;

const validateId = (parent: ValueMap | undefined, key: string, field: string): Findings => {
  const id = numberAt(parent, key);
  return id === undefined || (id >= 0 && id <= MAX_ID)
    ? []
    : invalidFor(`${field}.${key}`, id, [mustBeBetween(0, MAX_ID)]);
};

const PROFILE_TYPES = ["Localhost", "RuntimeDefault", "Unconfined"];

const validateSeccomp = (profile: ValueMap | undefined, field: string): Findings => {
  if (profile === undefined) return [];
  const type = textAt(profile, "type");
  const findings: FieldError[] = [];
  if (type === "") findings.push(required(`${field}.type`, "type is required when seccompProfile is set"));
  else if (!PROFILE_TYPES.includes(type)) findings.push(unsupported(`${field}.type`, type, PROFILE_TYPES));
  const local = `${field}.localhostProfile`;
  if (type === "Localhost")
    findings.push(
      ...(isPresent(profile, "localhostProfile")
        ? validateDescendingPath(textAt(profile, "localhostProfile"), local)
        : [required(local, "must be set when seccomp type is Localhost")]),
    );
  else if (isPresent(profile, "localhostProfile")) {
    const told = { Type: type, LocalhostProfile: profile["localhostProfile"] ?? null };
    findings.push(invalid(local, told, "can only be set when seccomp type is Localhost"));
  }
  return findings;
};

const validateAppArmor = (profile: ValueMap | undefined, field: string): Findings => {
  if (profile === undefined) return [];
  const type = textAt(profile, "type");
  const local = `${field}.localhostProfile`;
  const path = textAt(profile, "localhostProfile");
  if (type === "") return [required(`${field}.type`, "type is required when appArmorProfile is set")];
  if (!PROFILE_TYPES.includes(type)) return [unsupported(`${field}.type`, type, PROFILE_TYPES)];
  if (type !== "Localhost")
    return isPresent(profile, "localhostProfile")
      ? [invalid(local, path, "can only be set when AppArmor type is Localhost")]
      : [];
  const missing = required(local, "must be set when AppArmor type is Localhost");
  if (path === "") return [missing];
  return [
    ...(path.trim() === path ? [] : [invalid(local, path, "must not be padded with whitespace")]),
    ...(path.length > 4095 ? [tooLong(local, 4095)] : []),
  ];
};

/** `securityContext` of a container. */
export const validateSecurityContext = (context: ValueMap | undefined, field: string, hostUsers: boolean): Findings => {
  if (context === undefined) return [];
  const findings: FieldError[] = [
    ...validateId(context, "runAsUser", field),
    ...validateId(context, "runAsGroup", field),
  ];
  if (isPresent(context, "procMount")) {
    const procMount = textAt(context, "procMount");
    if (procMount !== "Default" && procMount !== "Unmasked")
      findings.push(unsupported(`${field}.procMount`, procMount, ["Default", "Unmasked"]));
    if (hostUsers && procMount === "Unmasked")
      findings.push(invalid(`${field}.procMount`, procMount, "`hostUsers` must be false to use `Unmasked`"));
  }
  findings.push(...validateSeccomp(mapAt(context, "seccompProfile"), `${field}.seccompProfile`));
  if (context["allowPrivilegeEscalation"] === false) {
    const told = printedContext(context);
    if (boolAt(context, "privileged"))
      findings.push(invalid(field, told, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    for (const capability of textsAt(mapAt(context, "capabilities"), "add"))
      if (capability === "CAP_SYS_ADMIN")
        findings.push(
          invalid(field, told, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"),
        );
  }
  return [...findings, ...validateAppArmor(mapAt(context, "appArmorProfile"), `${field}.appArmorProfile`)];
};

/** The server's inner form of it, every field told, in Go's order. */
const printedContext = (context: ValueMap): Value => {
  const struct = (key: string, fields: Readonly<Record<string, string>>): Value => {
    const value = mapAt(context, key);
    if (value === undefined) return null;
    return Object.fromEntries(
      Object.entries(fields).map(([name, from]) => [name, value[from] ?? (name.endsWith("?") ? null : null)]),
    );
  };
  return {
    Capabilities: struct("capabilities", { Add: "add", Drop: "drop" }),
    Privileged: context["privileged"] ?? null,
    SELinuxOptions: struct("seLinuxOptions", { User: "user", Role: "role", Type: "type", Level: "level" }),
    WindowsOptions: null,
    RunAsUser: context["runAsUser"] ?? null,
    RunAsGroup: context["runAsGroup"] ?? null,
    RunAsNonRoot: context["runAsNonRoot"] ?? null,
    ReadOnlyRootFilesystem: context["readOnlyRootFilesystem"] ?? null,
    AllowPrivilegeEscalation: context["allowPrivilegeEscalation"] ?? null,
    ProcMount: context["procMount"] ?? null,
    SeccompProfile: struct("seccompProfile", { Type: "type", LocalhostProfile: "localhostProfile" }),
    AppArmorProfile: struct("appArmorProfile", { Type: "type", LocalhostProfile: "localhostProfile" }),
  };
};

const SYSCTL_NAME = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

/** `securityContext` of a pod, which the server's inner form shares with its host namespaces. */
export const validatePodSecurityContext = (spec: ValueMap, field: string): Findings => {
  const context = mapAt(spec, "securityContext");
  const at = `${field}.securityContext`;
  const findings: FieldError[] = ["fsGroup", "runAsUser", "runAsGroup"].flatMap((key) => [
    ...validateId(context, key, at),
  ]);
  const groups = context?.["supplementalGroups"];
  for (const [index, group] of (Array.isArray(groups) ? groups : []).entries())
    if (typeof group === "number" && (group < 0 || group > MAX_ID))
      findings.push(invalid(`${at}.supplementalGroups[${index}]`, group, mustBeBetween(0, MAX_ID)));
  if (boolAt(spec, "shareProcessNamespace") && boolAt(spec, "hostPID"))
    findings.push(
      invalid(`${at}.shareProcessNamespace`, true, "ShareProcessNamespace and HostPID cannot both be enabled"),
    );
  findings.push(...validateSysctls(spec, context, `${at}.sysctls`));
  findings.push(...choice(context, "fsGroupChangePolicy", ["Always", "OnRootMismatch"], at));
  findings.push(...validateSeccomp(mapAt(context, "seccompProfile"), `${at}.seccompProfile`));
  findings.push(...validateAppArmor(mapAt(context, "appArmorProfile"), `${at}.appArmorProfile`));
  findings.push(...choice(context, "supplementalGroupsPolicy", ["Merge", "Strict"], at));
  findings.push(...choice(context, "seLinuxChangePolicy", ["MountOption", "Recursive"], at));
  return findings;
};

const choice = (parent: ValueMap | undefined, key: string, allowed: readonly string[], field: string): Findings => {
  const value = textAt(parent, key);
  return !isPresent(parent, key) || allowed.includes(value) ? [] : [unsupported(`${field}.${key}`, value, allowed)];
};

const validateSysctls = (spec: ValueMap, context: ValueMap | undefined, field: string): Findings => {
  const seen = new Set<string>();
  return mapsAt(context, "sysctls").flatMap((sysctl, index) => {
    const at = `${field}[${index}].name`;
    const name = textAt(sysctl, "name");
    const findings: FieldError[] = [];
    if (name === "") findings.push(required(at));
    else if (name.length > 253 || !new RegExp(SYSCTL_NAME).test(name))
      findings.push(invalid(at, name, `must have at most 253 characters and match regex ${SYSCTL_NAME}`));
    else if (seen.has(name)) findings.push(duplicate(at, name));
    if (boolAt(spec, "hostNetwork") && /^net[./]/.test(name))
      findings.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    else if (boolAt(spec, "hostIPC") && /^(?:kernel[./](?:shm|msg)|kernel[./]sem$|fs[./]mqueue[./])/.test(name))
      findings.push(invalid(at, name, "may not be specified when 'hostIPC' is true"));
    seen.add(name);
    return findings;
  });
};
