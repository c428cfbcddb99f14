import type { ValueMap } from "../../json.ts";
import { forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { type Findings, notFound, unsupported } from "./findings.ts";
import { validateDescendingPath, validateNoBacksteps } from "./path-validation.ts";
import { boolAt, isPresent, mapAt, mapsAt, textAt } from "./reading.ts";

/** Volumes of the pod by name; those with findings of their own are not among them. */
export type Volumes = ReadonlyMap<string, ValueMap>;

const namesAndPaths = (list: readonly ValueMap[], path: string): ReadonlyMap<string, string> =>
  new Map(list.map((item) => [textAt(item, "name"), textAt(item, path)]));

export const validateMounts = (container: ValueMap, volumes: Volumes, field: string): Findings => {
  const devices = namesAndPaths(mapsAt(container, "volumeDevices"), "devicePath");
  const mountPoints = new Set<string>();
  return mapsAt(container, "volumeMounts").flatMap((mount, index) => {
    const at = `${field}[${index}]`;
    const [name, path] = [textAt(mount, "name"), textAt(mount, "mountPath")];
    const findings: FieldError[] = [];
    if (name === "") findings.push(required(`${at}.name`));
    if (!volumes.has(name)) findings.push(notFound(`${at}.name`, name));
    if (path === "") findings.push(required(`${at}.mountPath`));
    if (mountPoints.has(path)) findings.push(invalid(`${at}.mountPath`, path, "must be unique"));
    mountPoints.add(path);
    if (devices.has(name)) findings.push(invalid(`${at}.name`, name, "must not already exist in volumeDevices"));
    if ([...devices.values()].includes(path))
      findings.push(invalid(`${at}.mountPath`, path, "must not already exist as a path in volumeDevices"));
    findings.push(...validateSubPaths(mount, at, field));
    // From here on the server names the list, not the item.
    findings.push(...validatePropagation(mount, container, `${field}.mountPropagation`));
    findings.push(...validateRecursiveReadOnly(mount, `${field}.recursiveReadOnly`));
    return findings;
  });
};

const validateSubPaths = (mount: ValueMap, at: string, field: string): Findings => {
  const [subPath, expression] = [textAt(mount, "subPath"), textAt(mount, "subPathExpr")];
  return [
    ...(subPath === "" ? [] : validateDescendingPath(subPath, `${field}.subPath`)),
    ...(subPath !== "" && expression !== ""
      ? [invalid(`${at}.subPathExpr`, expression, "subPathExpr and subPath are mutually exclusive")]
      : []),
    ...(expression === "" ? [] : validateDescendingPath(expression, `${field}.subPathExpr`)),
  ];
};

const PROPAGATIONS = ["Bidirectional", "HostToContainer", "None"];

const validatePropagation = (mount: ValueMap, container: ValueMap, field: string): Findings => {
  if (!isPresent(mount, "mountPropagation")) return [];
  const propagation = textAt(mount, "mountPropagation");
  const privileged = boolAt(mapAt(container, "securityContext"), "privileged");
  return [
    ...(PROPAGATIONS.includes(propagation) ? [] : [unsupported(field, propagation, PROPAGATIONS)]),
    ...(propagation === "Bidirectional" && !privileged
      ? [forbidden(field, "Bidirectional mount propagation is available only to privileged containers")]
      : []),
  ];
};

const RECURSIVE = ["Disabled", "Enabled", "IfPossible"];

const validateRecursiveReadOnly = (mount: ValueMap, field: string): Findings => {
  if (!isPresent(mount, "recursiveReadOnly")) return [];
  const value = textAt(mount, "recursiveReadOnly");
  if (value === "Disabled") return [];
  if (!RECURSIVE.includes(value)) return [unsupported(field, value, RECURSIVE)];
  const propagation = textAt(mount, "mountPropagation");
  return [
    ...(boolAt(mount, "readOnly") ? [] : [forbidden(field, "may only be specified when readOnly is true")]),
    ...(propagation === "" || propagation === "None"
      ? []
      : [forbidden(field, "may only be specified when mountPropagation is None or not specified")]),
  ];
};

export const validateDevices = (container: ValueMap, volumes: Volumes, field: string): Findings => {
  const mounts = namesAndPaths(mapsAt(container, "volumeMounts"), "mountPath");
  const [names, paths] = [new Set<string>(), new Set<string>()];
  return mapsAt(container, "volumeDevices").flatMap((device, index) => {
    const at = `${field}[${index}]`;
    const [name, path] = [textAt(device, "name"), textAt(device, "devicePath")];
    const volume = volumes.get(name);
    const isClaim = mapAt(volume, "persistentVolumeClaim") !== undefined || mapAt(volume, "ephemeral") !== undefined;
    const findings: FieldError[] = [];
    if (name === "") findings.push(required(`${at}.name`));
    if (names.has(name)) findings.push(invalid(`${at}.name`, name, "must be unique"));
    if (volume !== undefined && !isClaim)
      findings.push(
        invalid(
          `${at}.name`,
          name,
          "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
        ),
      );
    if (volume === undefined) findings.push(notFound(`${at}.name`, name));
    if (path === "") findings.push(required(`${at}.devicePath`));
    if (paths.has(path)) findings.push(invalid(`${at}.devicePath`, path, "must be unique"));
    if (path !== "" && validateNoBacksteps(path, "").length > 0)
      findings.push(invalid(`${at}.devicePath`, path, "can not contain backsteps ('..')"));
    else paths.add(path);
    if (mounts.has(name)) findings.push(invalid(`${at}.name`, name, "must not already exist in volumeMounts"));
    if ([...mounts.values()].includes(path))
      findings.push(invalid(`${at}.devicePath`, path, "must not already exist as a path in volumeMounts"));
    if (name !== "") names.add(name);
    return findings;
  });
};
