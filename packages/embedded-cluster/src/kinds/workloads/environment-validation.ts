import type { ValueMap } from "../../json.ts";
import { invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { configMapKey, nameIsDnsSubdomain, relaxedEnvironmentVariableName } from "../validation/names.ts";
import { validateFieldRef, validateResourceFieldRef } from "./downward-validation.ts";
import { dnsLabelAt, type Findings, invalidFor } from "./findings.ts";
import { validateNoBacksteps } from "./path-validation.ts";
import { mapAt, mapsAt, textAt } from "./reading.ts";

const FIELD_PATHS = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

export const validateEnvironment = (container: ValueMap, field: string): Findings =>
  mapsAt(container, "env").flatMap((variable, index) => {
    const at = `${field}[${index}]`;
    const name = textAt(variable, "name");
    return [
      ...(name === ""
        ? [required(`${at}.name`)]
        : invalidFor(`${at}.name`, name, relaxedEnvironmentVariableName(name))),
      ...validateValueFrom(variable, `${at}.valueFrom`),
    ];
  });

const validateValueFrom = (variable: ValueMap, field: string): Findings => {
  const valueFrom = mapAt(variable, "valueFrom");
  if (valueFrom === undefined) return [];
  const findings: FieldError[] = [];
  let sources = 0;
  for (const [key, validate] of SOURCES) {
    const source = mapAt(valueFrom, key);
    if (source === undefined) continue;
    sources += 1;
    findings.push(...validate(source, `${field}.${key}`));
  }
  if (sources === 0)
    findings.push(
      invalid(
        field,
        "",
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
      ),
    );
  else if (textAt(variable, "value") !== "")
    findings.push(invalid(field, "", "may not be specified when `value` is not empty"));
  else if (sources > 1) findings.push(invalid(field, "", "may not have more than one field specified at a time"));
  return findings;
};

const validateKeyRef = (source: ValueMap, field: string): Findings => {
  const [name, key] = [textAt(source, "name"), textAt(source, "key")];
  return [
    ...invalidFor(`${field}.name`, name, nameIsDnsSubdomain(name, false)),
    ...(key === "" ? [required(`${field}.key`)] : invalidFor(`${field}.key`, key, configMapKey(key))),
  ];
};

const validateFileKeyRef = (source: ValueMap, field: string): Findings => {
  const [key, volume, path] = [textAt(source, "key"), textAt(source, "volumeName"), textAt(source, "path")];
  return [
    ...(key === "" ? [required(`${field}.key`)] : invalidFor(`${field}.key`, key, relaxedEnvironmentVariableName(key))),
    ...(volume === "" ? [required(`${field}.volumeName`)] : dnsLabelAt(volume, `${field}.volumeName`)),
    ...(path === "" ? [required(`${field}.path`)] : validateNoBacksteps(path, `${field}.path`)),
  ];
};

const SOURCES: readonly (readonly [string, (source: ValueMap, field: string) => Findings])[] = [
  ["fieldRef", (source, field) => validateFieldRef(source, FIELD_PATHS, field)],
  ["resourceFieldRef", (source, field) => validateResourceFieldRef(source, field, "variable")],
  ["configMapKeyRef", validateKeyRef],
  ["secretKeyRef", validateKeyRef],
  ["fileKeyRef", validateFileKeyRef],
];

export const validateEnvironmentFrom = (container: ValueMap, field: string): Findings =>
  mapsAt(container, "envFrom").flatMap((from, index) => {
    const at = `${field}[${index}]`;
    const prefix = textAt(from, "prefix");
    const sources = ["configMapRef", "secretRef"].filter((key) => mapAt(from, key) !== undefined);
    const findings: FieldError[] =
      prefix === "" ? [] : [...invalidFor(`${at}.prefix`, prefix, relaxedEnvironmentVariableName(prefix))];
    for (const key of sources) {
      const name = textAt(mapAt(from, key), "name");
      if (name === "") findings.push(required(`${at}.${key}.name`));
      else findings.push(...invalidFor(`${at}.${key}.name`, name, nameIsDnsSubdomain(name, true)));
    }
    // The server puts both on the list, not on the item.
    if (sources.length === 0) findings.push(invalid(field, "", "must specify one of: `configMapRef` or `secretRef`"));
    if (sources.length > 1) findings.push(invalid(field, "", "may not have more than one field specified at a time"));
    return findings;
  });
