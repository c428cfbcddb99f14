import type { LiveObject, ValueMap } from "../../json.ts";
import { goQuote } from "../validation/go-quote.ts";
import { ipWarnings } from "../validation/ip-address.ts";
import { dnsLabel } from "../validation/names.ts";
import { validateLegacyIp } from "../validation/ip-address.ts";
import { labelWarnings, nodeTermWarnings } from "./node-label-warnings.ts";
import { amountWarnings } from "./amount-warnings.ts";
import { pathWarnings } from "./path-warnings.ts";
import { portWarnings } from "./port-warnings.ts";
import { isPresent, mapAt, mapIn, mapsAt, numberAt, stringsAt, textAt, textsAt } from "./reading.ts";

/** What the server warns of in a pod or template that it takes; `prefix` is "" for a pod, else the template's path and a dot. */
export const podWarnings = (pod: ValueMap | undefined, prefix: string): readonly string[] => {
  const spec = mapAt(pod, "spec");
  const at = `${prefix}spec`;
  return [
    ...schedulingWarnings(spec, at),
    ...annotationWarnings(mapAt(pod, "metadata"), `${prefix}metadata.annotations`),
    ...volumeWarnings(spec, `${at}.volumes`),
    ...pathWarnings(spec),
    ...repeated(spec, "hostAliases", "ip", "ip", at),
    ...repeated(spec, "imagePullSecrets", "name", "name", at),
    ...mapsAt(spec, "imagePullSecrets").flatMap((secret, index) =>
      textAt(secret, "name") === "" ? [`${at}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
    ),
    ...amountWarnings(mapAt(spec, "overhead"), ["memory", "ephemeral-storage"], `${at}.overhead`),
    ...containerWarnings(pod, spec, prefix),
    ...portWarnings(spec, at),
    ...((numberAt(spec, "terminationGracePeriodSeconds") ?? 0) < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...affinityWarnings(spec, `${at}.affinity`),
    ...addressWarnings(spec, at),
  ];
};

/** Pods are named for their controller. */
export const nameWarnings = (object: LiveObject, use = "Pod names and hostnames"): readonly string[] => {
  const texts = dnsLabel(textAt(object.metadata, "name"));
  return texts.length === 0
    ? []
    : [
        `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${texts.join(" ")}]`,
      ];
};

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
const NO_POD = "a null labelSelector results in matching no pod";

const schedulingWarnings = (spec: ValueMap | undefined, at: string): readonly string[] => {
  const affinity = mapIn(spec, "affinity", "nodeAffinity");
  const nodes = `${at}.affinity.nodeAffinity`;
  return [
    ...labelWarnings(Object.keys(stringsAt(spec, "nodeSelector")).toSorted(), (key) => `${at}.nodeSelector[${key}]`),
    ...mapsAt(mapAt(affinity, REQUIRED), "nodeSelectorTerms").flatMap((term, index) =>
      nodeTermWarnings(term, `${nodes}.${REQUIRED}.nodeSelectorTerms[${index}]`, "keys"),
    ),
    ...mapsAt(affinity, PREFERRED).flatMap((term, index) =>
      nodeTermWarnings(mapAt(term, "preference"), `${nodes}.${PREFERRED}[${index}].preference`, "keys and values"),
    ),
    ...mapsAt(spec, "topologySpreadConstraints").flatMap((constraint, index) => {
      const field = `${at}.topologySpreadConstraints[${index}]`;
      const key = textAt(constraint, "topologyKey");
      return [
        ...labelWarnings([key], () => `${field}.topologyKey: ${key} is`, " "),
        ...(isPresent(constraint, "labelSelector") ? [] : [`${field}.labelSelector: ${NO_POD}`]),
      ];
    }),
  ];
};

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
};

const annotationWarnings = (metadata: ValueMap | undefined, field: string): readonly string[] =>
  Object.entries(DEPRECATED_ANNOTATIONS).flatMap(([key, why]) =>
    Object.hasOwn(stringsAt(metadata, "annotations"), key) ? [`${field}[${key}]: ${why}`] : [],
  );

const REMOVED: Readonly<Record<string, string>> = {
  photonPersistentDisk: "photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+",
  gitRepo: "gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
  scaleIO: "scaleIO: deprecated in v1.16, non-functional in v1.22+",
  flocker: "flocker: deprecated in v1.22, non-functional in v1.25+",
  storageos: "storageOS: deprecated in v1.22, non-functional in v1.25+",
  quobyte: "quobyte: deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "glusterfs: deprecated in v1.25, non-functional in v1.26+",
  ephemeral: "",
  cephfs: "cephfs: deprecated in v1.28, non-functional in v1.31+",
  rbd: "rbd: deprecated in v1.28, non-functional in v1.31+",
};

const volumeWarnings = (spec: ValueMap | undefined, field: string): readonly string[] =>
  mapsAt(spec, "volumes").flatMap((volume, index) =>
    Object.entries(REMOVED).flatMap(([source, why]) => {
      if (mapAt(volume, source) === undefined) return [];
      const at = `${field}[${index}]`;
      return source === "ephemeral"
        ? claimWarnings(
            mapIn(volume, "ephemeral", "volumeClaimTemplate", "spec"),
            `${at}.ephemeral.volumeClaimTemplate.spec`,
          )
        : [`${at}.${why}`];
    }),
  );

/** A claim is for whole bytes. */
export const claimWarnings = (spec: ValueMap | undefined, field: string): readonly string[] =>
  ["requests", "limits"].flatMap((list) =>
    amountWarnings(mapIn(spec, "resources", list), ["storage"], `${field}.resources.${list}`),
  );

const repeated = (
  spec: ValueMap | undefined,
  list: string,
  key: string,
  word: string,
  at: string,
): readonly string[] => {
  const values = mapsAt(spec, list).map((item) => textAt(item, key));
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [`${at}.${list}[${index}].${key}: duplicate ${word} ${goQuote(value)}`] : [],
  );
};

const containerWarnings = (
  pod: ValueMap | undefined,
  spec: ValueMap | undefined,
  prefix: string,
): readonly string[] => {
  const annotations = stringsAt(mapAt(pod, "metadata"), "annotations");
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
    mapsAt(spec, list).flatMap((container, index) => {
      const path = `${prefix}spec.${list}[${index}]`;
      const key = `container.seccomp.security.alpha.kubernetes.io/${textAt(container, "name")}`;
      const hasProfile = mapIn(container, "securityContext", "seccompProfile") !== undefined;
      const resources = mapAt(container, "resources");
      const amounts = (kind: string, name: string): readonly string[] =>
        amountWarnings(mapAt(resources, kind), [name], `${path}.resources.${kind}`);
      return [
        ...(Object.hasOwn(annotations, key) && !hasProfile
          ? [`${prefix}metadata.annotations[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`]
          : []),
        ...["memory", "ephemeral-storage"].flatMap((name) => [
          ...amounts("limits", name),
          ...amounts("requests", name),
        ]),
        ...variableWarnings(container, `${path}.env`),
      ];
    }),
  );
};

/** A variable said twice hides the first, unless it is built upon. */
const variableWarnings = (container: ValueMap, field: string): readonly string[] => {
  const seen = new Set<string>();
  return mapsAt(container, "env").flatMap((variable, index) => {
    const name = textAt(variable, "name");
    const again = seen.has(name);
    seen.add(name);
    const [value, reference] = [textAt(variable, "value"), `$(${name})`];
    const builds = mapAt(variable, "valueFrom") === undefined && value !== reference && value.includes(reference);
    return again && !builds
      ? [`${field}[${index}]: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`]
      : [];
  });
};

const affinityWarnings = (spec: ValueMap | undefined, field: string): readonly string[] =>
  ["podAffinity", "podAntiAffinity"].flatMap((name) => {
    const affinity = mapIn(spec, "affinity", name);
    return [
      ...mapsAt(affinity, REQUIRED).flatMap((term, index) =>
        isPresent(term, "labelSelector") ? [] : [`${field}.${name}.${REQUIRED}[${index}].labelSelector: ${NO_POD}`],
      ),
      ...mapsAt(affinity, PREFERRED).flatMap((weighted, index) =>
        isPresent(mapAt(weighted, "podAffinityTerm"), "labelSelector")
          ? []
          : [`${field}.${name}.${PREFERRED}[${index}].podAffinityTerm.labelSelector: ${NO_POD}`],
      ),
    ];
  });

const addressWarnings = (spec: ValueMap | undefined, at: string): readonly string[] => [
  ...textsAt(mapAt(spec, "dnsConfig"), "nameservers").flatMap((ip, index) =>
    known(ip, `${at}.dnsConfig.nameservers[${index}]`),
  ),
  ...mapsAt(spec, "hostAliases").flatMap((alias, index) =>
    known(textAt(alias, "ip"), `${at}.hostAliases[${index}].ip`),
  ),
];

const known = (ip: string, field: string): readonly string[] =>
  validateLegacyIp(ip, field).length > 0 ? [] : ipWarnings(ip, field);
