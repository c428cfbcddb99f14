import { isMap } from "../../json.ts";
import type { ValueMap } from "../../json.ts";
import { forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateAnnotations, validateLabels } from "../validation/labels.ts";
import { dnsSubdomain, nameIsDnsLabel, nameIsDnsSubdomain } from "../validation/names.ts";
import { formatQuantity, parseQuantity, signOf } from "../validation/quantity.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { type Findings, invalidFor, unsupported } from "./findings.ts";
import { isPresent, mapAt, mapIn, textAt, textsAt } from "./reading.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const VOLUME_MODES = ["Block", "Filesystem"];

/** The spec of a claim, also in a StatefulSet or an ephemeral volume. `anyGroup`: an old claim had a data source of any group. */
export const validateClaimSpec = (
  spec: ValueMap | undefined,
  field: string,
  groups: "checked" | "any group" = "checked",
): Findings => {
  const modes = textsAt(spec, "accessModes");
  const findings: FieldError[] = [];
  if (modes.length === 0) findings.push(required(`${field}.accessModes`, "at least 1 access mode is required"));
  findings.push(...validateLabelSelector(spec?.["selector"], `${field}.selector`));
  for (const mode of modes)
    if (!ACCESS_MODES.includes(mode)) findings.push(unsupported(`${field}.accessModes`, mode, ACCESS_MODES));
  const others = modes.filter((mode) => mode !== "ReadWriteOncePod" && ACCESS_MODES.includes(mode));
  if (modes.includes("ReadWriteOncePod") && others.length > 0)
    findings.push(forbidden(`${field}.accessModes`, "may not use ReadWriteOncePod with other access modes"));
  findings.push(...validateStorage(spec, `${field}.resources[storage]`));
  findings.push(...validateClassName(spec, "storageClassName", field));
  if (isPresent(spec, "volumeMode") && !VOLUME_MODES.includes(textAt(spec, "volumeMode")))
    findings.push(unsupported(`${field}.volumeMode`, textAt(spec, "volumeMode"), VOLUME_MODES));
  findings.push(...validateDataSources(spec, field, groups));
  return [...findings, ...validateClassName(spec, "volumeAttributesClassName", field)];
};

const validateStorage = (spec: ValueMap | undefined, field: string): Findings => {
  const requests = mapIn(spec, "resources", "requests");
  if (!isPresent(requests, "storage")) return [required(field)];
  const amount = parseQuantity(textAt(requests, "storage"));
  return signOf(amount) <= 0 ? [invalid(field, formatQuantity(amount), "must be greater than zero")] : [];
};

const validateClassName = (spec: ValueMap | undefined, key: string, field: string): Findings => {
  const name = textAt(spec, key);
  return name === "" ? [] : invalidFor(`${field}.${key}`, name, nameIsDnsSubdomain(name, false));
};

const validateDataSources = (spec: ValueMap | undefined, field: string, groups: "checked" | "any group"): Findings => {
  const [source, reference] = [mapAt(spec, "dataSource"), mapAt(spec, "dataSourceRef")];
  const findings: FieldError[] = [];
  for (const [key, value] of [
    ["dataSource", source],
    ["dataSourceRef", reference],
  ] as const)
    if (isMap(value)) findings.push(...validateDataSource(value, `${field}.${key}`, groups));
  // The server means to name the field and gives the path object, which prints as {}.
  if (reference !== undefined && textAt(reference, "namespace") !== "") {
    if (source !== undefined)
      findings.push(invalid(field, {}, "may not be specified when dataSourceRef.namespace is specified"));
  } else if (source !== undefined && reference !== undefined) {
    const same = ["apiGroup", "kind", "name"].every((key) => (source[key] ?? null) === (reference[key] ?? null));
    if (!same) findings.push(invalid(field, {}, "must match dataSourceRef"));
  }
  return findings;
};

const validateDataSource = (source: ValueMap, field: string, groups: "checked" | "any group"): Findings => {
  const [group, kind, namespace] = [textAt(source, "apiGroup"), textAt(source, "kind"), textAt(source, "namespace")];
  return [
    ...["name", "kind"].filter((key) => textAt(source, key) === "").map((key) => required(`${field}.${key}`)),
    ...(group === "" && kind !== "PersistentVolumeClaim"
      ? [invalid(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
      : []),
    ...(group === "" || groups === "any group" ? [] : invalidFor(`${field}.apiGroup`, group, dnsSubdomain(group))),
    ...(namespace === "" ? [] : invalidFor(`${field}.namespace`, namespace, nameIsDnsLabel(namespace, false))),
  ];
};

/** The template of an ephemeral volume's claim: of its metadata only labels and annotations count. */
export const validateClaimTemplate = (template: ValueMap, field: string): Findings => {
  const metadata = mapAt(template, "metadata");
  const only = Object.keys(metadata ?? {}).every((key) => key === "labels" || key === "annotations");
  return [
    ...validateAnnotations(metadata?.["annotations"], `${field}.metadata.annotations`),
    ...validateLabels(metadata?.["labels"], `${field}.metadata.labels`),
    ...(only
      ? []
      : Object.keys(metadata ?? {})
          .filter((key) => key !== "labels" && key !== "annotations")
          .map((key) => forbidden(`${field}.metadata.${key}`, "cannot be set for an Ephemeral Container"))),
    ...validateClaimSpec(mapAt(template, "spec"), `${field}.spec`),
  ];
};
