import { isMap } from "../../json.ts";
import type { LiveObject, ValueMap } from "../../json.ts";
import { forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { validateCoreObjectMeta } from "../validation/core-object-meta.ts";
import { formatQuantity, signOf } from "../validation/quantity.ts";
import { type Findings, immutable, invalidFor, printed, unsupported } from "./findings.ts";
import { prettyInternal, typeHas } from "./internal-form.ts";
import { validateNoBacksteps } from "./path-validation.ts";
import { isPresent, mapAt, textAt, textsAt } from "./reading.ts";
import { amountsOf } from "./resource-validation.ts";
import { sameValue } from "./same-value.ts";
import { unifiedDiff } from "./unified-diff.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const POLICIES = ["Delete", "Recycle", "Retain"];
const VOLUME_MODES = ["Block", "Filesystem"];

/** A PersistentVolume; of its source only that there is one, and the fields of the commonest. */
export const validateVolume = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  return [...validateCoreObjectMeta(object, false, nameIsDnsSubdomain), ...validateSpec(spec ?? {})];
};

const validateSpec = (spec: ValueMap): Findings => {
  const [policy, storageClass] = [textAt(spec, "persistentVolumeReclaimPolicy"), textAt(spec, "storageClassName")];
  const findings: FieldError[] = [...validateModes(spec), ...validateCapacity(spec)];
  if (policy !== "" && !POLICIES.includes(policy))
    findings.push(unsupported("spec.persistentVolumeReclaimPolicy", policy, POLICIES));
  findings.push(...validateSource(spec));
  const root = /^\/+(?:\.?\/*)*$/.test(textAt(mapAt(spec, "hostPath"), "path"));
  if (root && policy === "Recycle")
    findings.push(forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'"));
  if (storageClass !== "")
    findings.push(...invalidFor("spec.storageClassName", storageClass, nameIsDnsSubdomain(storageClass, false)));
  if (isPresent(spec, "volumeMode") && !VOLUME_MODES.includes(textAt(spec, "volumeMode")))
    findings.push(unsupported("spec.volumeMode", textAt(spec, "volumeMode"), VOLUME_MODES));
  return findings;
};

const validateModes = (spec: ValueMap): Findings => {
  const modes = textsAt(spec, "accessModes");
  const others = modes.filter((mode) => mode !== "ReadWriteOncePod" && ACCESS_MODES.includes(mode));
  return [
    ...(modes.length === 0 ? [required("spec.accessModes")] : []),
    ...modes
      .filter((mode) => !ACCESS_MODES.includes(mode))
      .map((mode) => unsupported("spec.accessModes", mode, ACCESS_MODES)),
    ...(modes.includes("ReadWriteOncePod") && others.length > 0
      ? [forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes")]
      : []),
  ];
};

const validateCapacity = (spec: ValueMap): Findings => {
  const capacity = mapAt(spec, "capacity");
  const amounts = amountsOf(capacity);
  return [
    ...(amounts.length === 0 ? [required("spec.capacity")] : []),
    ...(amounts.length === 1 && isPresent(capacity, "storage")
      ? []
      : [unsupported("spec.capacity", printed(capacity), ["storage"])]),
    ...amounts.flatMap(([name, amount]) =>
      signOf(amount) <= 0
        ? [invalid(`spec.capacity[${name}]`, formatQuantity(amount), "must be greater than zero")]
        : [],
    ),
  ];
};

const sourcesOf = (spec: ValueMap): readonly string[] =>
  Object.keys(spec).filter((key) => isMap(spec[key]) && typeHas("PersistentVolumeSource", key));

const validateSource = (spec: ValueMap): Findings => {
  const [first, ...more] = sourcesOf(spec);
  if (first === undefined) return [required("spec", "must specify a volume type")];
  const source = mapAt(spec, first);
  const path = textAt(source, "path");
  const need = (keys: readonly string[]): Findings =>
    keys.filter((key) => textAt(source, key) === "").map((key) => required(`spec.${first}.${key}`));
  const findings: FieldError[] = [];
  if (first === "hostPath" || first === "local")
    findings.push(...(path === "" ? need(["path"]) : validateNoBacksteps(path, `spec.${first}.path`)));
  if (first === "csi") findings.push(...need(["driver", "volumeHandle"]));
  if (first === "nfs") {
    findings.push(...need(["server", "path"]));
    if (!path.startsWith("/")) findings.push(invalid("spec.nfs.path", path, "must be an absolute path"));
  }
  return [...findings, ...more.map((key) => forbidden(`spec.${key}`, "may not specify more than 1 volume type"))];
};

/** Where the data lies may not change. The server looks at the rest twice. */
export const validateVolumeUpdate = (object: LiveObject, old: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec") ?? {}, mapAt(old, "spec") ?? {}];
  const only = (from: ValueMap): ValueMap => Object.fromEntries(sourcesOf(from).map((key) => [key, from[key] ?? null]));
  const [now, was] = [only(spec), only(before)];
  const findings: FieldError[] = [...validateVolume(object), ...validateVolume(object)];
  if (!sameValue(now, was)) {
    const type = "PersistentVolumeSource";
    const changes = unifiedDiff(prettyInternal(type, was), prettyInternal(type, now));
    findings.push(
      forbidden("spec.persistentvolumesource", `spec.persistentvolumesource is immutable after creation\n${changes}`),
    );
  }
  return [...findings, ...immutable(spec["volumeMode"], before["volumeMode"], "volumeMode")];
};
