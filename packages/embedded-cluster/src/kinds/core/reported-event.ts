import { isMap, type LiveObject, type Value, type ValueMap } from "../../json.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { fieldsOf, isSet, numberOf, textOf } from "../validation/read-value.ts";
import { validateEvent } from "./event.ts";
import { semanticEqual } from "./generation.ts";

/** Names of events.k8s.io and, where they differ, those of the core kind, which findings use. */
const oldNames = [
  ["regarding", "involvedObject"],
  ["note", "message"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
] as const;

const asCore = (event: LiveObject): LiveObject => {
  const core: LiveObject = { ...event };
  for (const [name, old] of oldNames) core[old] = event[name] ?? null;
  return core;
};

const validateSeries = (event: LiveObject): readonly FieldError[] => {
  const { series } = event;
  if (!isSet(series)) return [];
  const fields = fieldsOf(series);
  return [
    ...(numberOf(fields["count"]) < 2 ? [invalid("series.count", "", "should be at least 2")] : []),
    ...(isSet(fields["lastObservedTime"]) ? [] : [required("series.lastObservedTime")]),
  ];
};

const unset = (event: LiveObject, field: string): readonly FieldError[] => {
  const value = event[field];
  const isUnset = !isSet(value) || value === 0 || (field === "source" && Object.keys(fieldsOf(value)).length === 0);
  return isUnset ? [] : [invalid(field, "", "needs to be unset")];
};

const validateCreate = (object: LiveObject): readonly FieldError[] => {
  const event = asCore(object);
  const type = textOf(event["type"]);
  return [
    ...validateEvent(event, "reportingController"),
    ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
    ...validateSeries(event),
    ...(isSet(event["eventTime"]) ? [] : [required("eventTime")]),
    ...(type === "Normal" || type === "Warning" ? [] : [invalid("type", "", `has invalid value: ${type}`)]),
    ...["firstTimestamp", "lastTimestamp", "count", "source"].flatMap((field) => unset(event, field)),
  ];
};

const referenceFields = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];
const goNames: Readonly<Record<string, string>> = { uid: "UID", apiVersion: "APIVersion" };

/** Go structs without JSON names, as they are printed. */
const printed = (field: string, value: Value | undefined): Value => {
  const fields = fieldsOf(value);
  if (field === "source") return { Component: textOf(fields["component"]), Host: textOf(fields["host"]) };
  if (field === "count") return numberOf(value);
  if (field === "involvedObject" || (field === "related" && isMap(value))) {
    const map: ValueMap = {};
    for (const name of referenceFields)
      map[goNames[name] ?? name.charAt(0).toUpperCase() + name.slice(1)] = textOf(fields[name]);
    return map;
  }
  if (field.endsWith("Timestamp") || field === "eventTime" || field === "related") return value ?? null;
  return textOf(value);
};

/** In the order in which the server compares; `reason` is compared twice. */
const immutable = [
  "involvedObject",
  "reason",
  "message",
  "source",
  "firstTimestamp",
  "lastTimestamp",
  "count",
  "reason",
  "type",
  "eventTime",
  "action",
  "related",
  "reportingController",
  "reportingInstance",
];

const validateUpdate = (object: LiveObject, stored: LiveObject): readonly FieldError[] => {
  const [event, old] = [asCore(object), asCore(stored)];
  return [
    ...validateEvent(event, "reportingController"),
    ...validateCoreObjectMetaUpdate(object, stored),
    ...(semanticEqual(event["series"], old["series"]) ? [] : validateSeries(event)),
    ...immutable
      .filter((field) => !semanticEqual(event[field], old[field]))
      .map((field) => invalid(field, printed(field, event[field]), "field is immutable")),
  ];
};

/** An event through events.k8s.io: all of it is checked, and only its series may change. */
export const reportedEvent: KindStrategy = {
  validatesMetadata: true,
  validateCreate,
  validateUpdate,
  allowCreateOnUpdate: true,
};
