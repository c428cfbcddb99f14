import { isMap } from "../../json.ts";
import type { ValueMap } from "../../json.ts";
import { duplicate, forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { parseQuantity, signOf } from "../validation/quantity.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { validateClaimTemplate } from "./claim-validation.ts";
import { validateFieldRef, validateResourceFieldRef } from "./downward-validation.ts";
import { dnsLabelAt, type Findings, unsupported } from "./findings.ts";
import type { Volumes } from "./mount-validation.ts";
import { validateFilePath, validateNoBacksteps } from "./path-validation.ts";
import { isPresent, mapAt, mapsAt, numberAt, textAt } from "./reading.ts";

/** A pod's volumes: what is wrong, and those without fault by name. `podName` is "" in templates. */
export const validateVolumes = (
  spec: ValueMap,
  podName: string,
  field: string,
): { readonly volumes: Volumes; readonly findings: Findings } => {
  const volumes = new Map<string, ValueMap>();
  const list = mapsAt(spec, "volumes");
  const made = new Set(
    podName === ""
      ? []
      : list.filter((volume) => mapAt(volume, "ephemeral")).map((volume) => `${podName}-${textAt(volume, "name")}`),
  );
  const findings = list.flatMap((volume, index): Findings => {
    const at = `${field}[${index}]`;
    const name = textAt(volume, "name");
    const own: FieldError[] = [
      ...validateSource(volume, podName, at),
      ...(name === "" ? [required(`${at}.name`)] : dnsLabelAt(name, `${at}.name`)),
      ...(volumes.has(name) ? [duplicate(`${at}.name`, name)] : []),
    ];
    if (own.length === 0) volumes.set(name, volume);
    const claim = textAt(mapAt(volume, "persistentVolumeClaim"), "claimName");
    if (made.has(claim))
      own.push(
        invalid(
          `${at}.persistentVolumeClaim.claimName`,
          claim,
          "must not reference a PVC that gets created for an ephemeral volume",
        ),
      );
    return own;
  });
  return { volumes, findings };
};

type Check = (source: ValueMap, field: string) => Findings;

const need =
  (...keys: readonly string[]): Check =>
  (source, field) =>
    keys.filter((key) => textAt(source, key) === "").map((key) => required(`${field}.${key}`));

const MODE = "must be a number between 0 and 0777 (octal), both inclusive";

const validateMode = (source: ValueMap, key: string, field: string): Findings => {
  const mode = numberAt(source, key);
  return mode === undefined || (mode >= 0 && mode <= 511) ? [] : [invalid(`${field}.${key}`, mode, MODE)];
};

const validateItem = (item: ValueMap, field: string): Findings => [
  ...need("key", "path")(item, field),
  ...validateFilePath(textAt(item, "path"), `${field}.path`),
  ...validateMode(item, "mode", field),
];

const validateItems: Check = (source, field) =>
  mapsAt(source, "items").flatMap((item, index) => validateItem(item, `${field}.items[${index}]`));

const HOST_PATH_TYPES = "|BlockDevice|CharDevice|Directory|DirectoryOrCreate|File|FileOrCreate|Socket".split("|");

const validateHostPath: Check = (source, field) => {
  const [path, type] = [textAt(source, "path"), textAt(source, "type")];
  if (path === "") return [required(`${field}.path`)];
  return [
    ...validateNoBacksteps(path, `${field}.path`),
    ...(HOST_PATH_TYPES.includes(type) ? [] : [unsupported(`${field}.type`, type, HOST_PATH_TYPES)]),
  ];
};

const FILE_FIELD_PATHS = ["annotations", "labels", "name", "namespace", "uid"].map((key) => `metadata.${key}`);

const validateDownwardFile = (file: ValueMap, field: string): Findings => {
  const [fieldRef, resourceRef] = [mapAt(file, "fieldRef"), mapAt(file, "resourceFieldRef")];
  const findings: FieldError[] = [
    ...need("path")(file, field),
    ...validateFilePath(textAt(file, "path"), `${field}.path`),
  ];
  if (fieldRef !== undefined) {
    findings.push(...validateFieldRef(fieldRef, FILE_FIELD_PATHS, `${field}.fieldRef`));
    if (resourceRef !== undefined)
      findings.push(invalid(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
  } else if (resourceRef === undefined)
    findings.push(required(field, "one of fieldRef and resourceFieldRef is required"));
  else findings.push(...validateResourceFieldRef(resourceRef, `${field}.resourceFieldRef`, "file"));
  return [...findings, ...validateMode(file, "mode", field)];
};

const validateProjected: Check = (source, field) => {
  const paths = new Set<string>();
  const place = (path: string, told: string): Findings => {
    if (path === "") return [];
    if (paths.has(path)) return [invalid(field, told, "conflicting duplicate paths")];
    paths.add(path);
    return [];
  };
  const findings: FieldError[] = [...validateMode(source, "defaultMode", field)];
  for (const [index, projection] of mapsAt(source, "sources").entries()) {
    const at = `${field}.sources[${index}]`;
    for (const key of ["secret", "configMap"]) {
      const own = mapAt(projection, key);
      if (own === undefined) continue;
      findings.push(...need("name")(own, `${at}.${key}`));
      for (const [itemIndex, item] of mapsAt(own, "items").entries())
        findings.push(
          ...validateItem(item, `${at}.${key}.items[${itemIndex}]`),
          ...place(textAt(item, "path"), textAt(own, "name")),
        );
    }
    for (const file of mapsAt(mapAt(projection, "downwardAPI"), "items"))
      findings.push(
        ...validateDownwardFile(file, `${at}.downwardAPI`),
        ...place(textAt(file, "path"), textAt(file, "path")),
      );
    const token = mapAt(projection, "serviceAccountToken");
    if (token !== undefined) findings.push(...validateToken(token, `${at}.serviceAccountToken`, field));
    if (Object.values(projection).filter(isMap).length > 1)
      findings.push(forbidden(at, "may not specify more than 1 volume type per source"));
  }
  return findings;
};

const validateToken = (token: ValueMap, at: string, field: string): Findings => {
  const seconds = numberAt(token, "expirationSeconds") ?? 0;
  const path = textAt(token, "path");
  const short = invalid(`${at}.expirationSeconds`, seconds, "may not specify a duration less than 10 minutes");
  const long = invalid(`${at}.expirationSeconds`, seconds, "may not specify a duration larger than 2^32 seconds");
  return [
    ...(seconds < 600 ? [short] : []),
    ...(seconds > 2 ** 32 ? [long] : []),
    ...(path === "" ? [required(`${field}.path`)] : validateFilePath(path, `${field}.path`)),
  ];
};

const validateNfs: Check = (source, field) => {
  const path = textAt(source, "path");
  return [
    ...need("server", "path")(source, field),
    ...(path.startsWith("/") ? [] : [invalid(`${field}.path`, path, "must be an absolute path")]),
  ];
};

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];

/** In the order in which the server looks for them. Rarer sources are let through as they are. */
const SOURCES: Readonly<Record<string, Check>> = {
  hostPath: validateHostPath,
  gitRepo: need("repository"),
  gcePersistentDisk: need("pdName"),
  awsElasticBlockStore: need("volumeID"),
  secret: (source, field) => [
    ...need("secretName")(source, field),
    ...validateMode(source, "defaultMode", field),
    ...validateItems(source, field),
  ],
  nfs: validateNfs,
  iscsi: () => [],
  glusterfs: need("endpoints", "path"),
  flocker: () => [],
  persistentVolumeClaim: need("claimName"),
  rbd: () => [],
  cinder: need("volumeID"),
  cephFS: () => [],
  quobyte: () => [],
  downwardAPI: (source, field) => [
    ...validateMode(source, "defaultMode", field),
    ...mapsAt(source, "items").flatMap((file) => validateDownwardFile(file, field)),
  ],
  fc: () => [],
  flexVolume: () => [],
  configMap: (source, field) => [
    ...need("name")(source, field),
    ...validateMode(source, "defaultMode", field),
    ...validateItems(source, field),
  ],
  azureFile: need("secretName", "shareName"),
  vsphereVolume: need("volumePath"),
  photonPersistentDisk: need("pdID"),
  portworxVolume: need("volumeID"),
  azureDisk: () => [],
  storageos: () => [],
  projected: validateProjected,
  scaleIO: () => [],
  csi: need("driver"),
  ephemeral: (source, field) => {
    const template = mapAt(source, "volumeClaimTemplate");
    return template === undefined
      ? [required(`${field}.volumeClaimTemplate`)]
      : validateClaimTemplate(template, `${field}.volumeClaimTemplate`);
  },
  image: (source, field) => {
    const policy = textAt(source, "pullPolicy");
    return PULL_POLICIES.includes(policy) ? [] : [unsupported(`${field}.pullPolicy`, policy, PULL_POLICIES)];
  },
};
/** Where the server names another field than the body's, beside a second source and below one. */
const MISNAMED: Readonly<Record<string, string>> = { downwardAPI: "downwarAPI" };

const validateSource = (volume: ValueMap, podName: string, field: string): Findings => {
  let sources = 0;
  const findings: FieldError[] = [];
  const emptyDir = mapAt(volume, "emptyDir");
  if (emptyDir !== undefined) {
    sources += 1;
    if (isPresent(emptyDir, "sizeLimit") && signOf(parseQuantity(textAt(emptyDir, "sizeLimit"))) < 0)
      findings.push(forbidden(`${field}.emptyDir.sizeLimit`, "SizeLimit field must be a valid resource quantity"));
  }
  for (const [key, check] of Object.entries(SOURCES)) {
    const source = mapAt(volume, key);
    if (source === undefined) continue;
    if (sources > 0)
      findings.push(forbidden(`${field}.${MISNAMED[key] ?? key}`, "may not specify more than 1 volume type"));
    else {
      sources += 1;
      findings.push(...check(source, `${field}.${key}`));
      if (key === "ephemeral") findings.push(...validateMadeName(textAt(volume, "name"), podName, field));
    }
  }
  return sources === 0 ? [...findings, required(field, "must specify a volume type")] : findings;
};

/** The claim that a pod will make for an ephemeral volume has a name too. */
const validateMadeName = (name: string, podName: string, field: string): Findings => {
  if (name === "" || podName === "") return [];
  const claim = `${podName}-${name}`;
  return nameIsDnsSubdomain(claim, false).map((why) =>
    invalid(`${field}.name`, name, `PVC name ${JSON.stringify(claim)}: ${why}`),
  );
};
