import { isDeepStrictEqual } from "node:util";

import { canonicalJson } from "@evenkeel/resource";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { asJson, copyOf, isMap } from "@evenkeel/embedded-cluster/internals/json";
import { DecodeFailed, type KindModel } from "@evenkeel/embedded-cluster/internals/kinds/kind-strategy";
import { describeConflicts } from "@evenkeel/embedded-cluster/internals/managed/describe-conflicts";
import { applyIntent, trackUpdate } from "@evenkeel/embedded-cluster/internals/managed/field-manager";
import { keepTimestamps } from "@evenkeel/embedded-cluster/internals/managed/keep-timestamps";
import type { MergeSchema, Writer } from "@evenkeel/embedded-cluster/internals/managed/managed-fields";
import { parentManagedFields, scaleManagedFields } from "@evenkeel/embedded-cluster/internals/managed/scale-fields";
import type { Answer } from "./ask-server.fixture.ts";
import type { Step, Subject } from "./next-step.ts";

const entriesOf = (object: LiveObject): readonly ValueMap[] => (object.metadata["managedFields"] ?? []) as ValueMap[];
const show = (value: unknown): string => canonicalJson(asJson(value as Value));
const messageOf = (body: LiveObject): string => ((body as ValueMap)["message"] ?? "") as string;

/** The server's clock as far as its answer tells: the newest time of an entry. */
const newest = (object: LiveObject): string =>
  entriesOf(object).reduce((time, entry) => {
    const other = (entry["time"] ?? "") as string;
    return other > time ? other : time;
  }, "1970-01-01T00:00:00Z");

const schemaOf = (subject: Subject, subresource: string): MergeSchema => ({
  typeOf: (apiVersion) => subject.models.get(apiVersion),
  convert: subject.convert,
  applyDefaults: () => undefined,
  resetFields: subresource === "status" ? subject.resetFields.status : subject.resetFields.main,
});

/** What our functions make of the step otherwise than the server; `stored` is the object after it. */
export const compareStep = (
  subject: Subject,
  step: Step,
  live: LiveObject | undefined,
  answer: Answer,
  stored: LiveObject,
): readonly string[] => {
  const subresource = step.what === "apply-status" || step.what === "status" ? "status" : "";
  const known = subject.models.has(step.body.apiVersion);
  const writer: Writer = {
    manager: step.manager,
    apiVersion: known ? step.body.apiVersion : subject.storageVersion,
    kind: live?.kind ?? step.body.kind,
    subresource,
    now: stored.metadata.constructor === Object ? newest(stored) : "",
  };
  if (step.what.startsWith("apply")) return compareApply(subject, step, live, answer, writer);
  if (answer.status >= 300) return [];
  if (step.what === "scale") return compareScale(subject, live as LiveObject, step, stored);
  const next = (subject.models.get(step.body.apiVersion) as KindModel).decode(step.body).object;
  subject.defaults?.(next);
  // An empty list resets the managedFields of a built-in kind; no codec emits one.
  const given = step.body.metadata["managedFields"];
  if (subject.custom !== true && Array.isArray(given) && given.length === 0) next.metadata["managedFields"] = [];
  const inHub = subject.convert(next, subject.storageVersion);
  // What the server's strategy does to the body comes after field management, so only managers are compared.
  return compareEntries(trackUpdate(live, inHub, writer, schemaOf(subject, subresource)), answer.body, live);
};

const compareEntries = (ours: LiveObject, theirs: LiveObject, live: LiveObject | undefined): readonly string[] => {
  const [a, b] = [entriesOf(ours), entriesOf(theirs)];
  if (isDeepStrictEqual(a, b)) return [];
  if (live !== undefined && isDeepStrictEqual(entriesOf(live), b)) {
    // A write that changed only times keeps the old ones.
    const kept = copyOf({ ...live, metadata: { ...live.metadata, managedFields: a as ValueMap[] } });
    keepTimestamps(live, kept);
    if (isDeepStrictEqual(entriesOf(kept), b)) return [];
  }
  const [onlyA, onlyB] = [
    a.filter((x) => !b.some((y) => isDeepStrictEqual(x, y))),
    b.filter((x) => !a.some((y) => isDeepStrictEqual(x, y))),
  ];
  return [
    `managedFields ${a.length} and ${b.length}`,
    ...onlyA.map((x) => `ours   ${show(x)}`),
    ...onlyB.map((x) => `theirs ${show(x)}`),
  ];
};

const compareApply = (
  subject: Subject,
  step: Step,
  live: LiveObject | undefined,
  answer: Answer,
  writer: Writer,
): readonly string[] => {
  const outcome = applyIntent(live, step.body, writer, step.force, schemaOf(subject, writer.subresource));
  const theirs = `${answer.status} ${messageOf(answer.body)}`;
  if (outcome.kind === "conflict") {
    const { message, causes } = describeConflicts(outcome.conflicts);
    const details = (answer.body as ValueMap)["details"] as ValueMap | undefined;
    const [a, b] = [causes, (details?.["causes"] ?? []) as Value[]].map((all) =>
      all.map((cause) => show(cause)).toSorted(),
    );
    return theirs === `409 ${message}` && isDeepStrictEqual(a, b)
      ? []
      : [`ours ${message} ${show(a)}`, `theirs ${theirs}`];
  }
  // What cannot be decoded after the merge is not ours to tell.
  if (answer.status === 500 && messageOf(answer.body).includes("unable to convert unstructured")) return [];
  if (outcome.kind === "refused") {
    const same = theirs === `${outcome.status} ${outcome.message}` || bothOfMany(outcome.message, theirs);
    return same ? [] : [`ours   ${outcome.status} ${outcome.message}`, `theirs ${theirs}`];
  }
  if (answer.status === 422 || answer.status === 400) return [];
  if (answer.status >= 300) return [`merged against ${theirs}`];
  try {
    const merged = (subject.models.get(writer.apiVersion) as KindModel).decode(outcome.object).object;
    subject.defaults?.(merged);
    const roundTripped = subject.convert(subject.convert(merged, subject.storageVersion), merged.apiVersion);
    const bodies =
      writer.subresource === "" && subject.allocates !== true ? compareBodies(roundTripped, answer.body) : [];
    return [...compareEntries(merged, answer.body, live), ...bodies];
  } catch (error) {
    if (error instanceof DecodeFailed) return [`cannot decode: ${error.message}`, `theirs ${theirs}`];
    throw error;
  }
};

/** Of several errors the server tells those that its maps' random order led it to. */
const bothOfMany = (ours: string, theirs: string): boolean =>
  [ours, theirs].every((text) => text.includes("failed to create typed patch object")) &&
  [ours, theirs].some((text) => text.includes("errors:"));

const serverFields = ["namespace", "managedFields", "uid", "resourceVersion", "generation", "creationTimestamp"];

const clientPart = (object: LiveObject): Value => {
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !serverFields.includes(key)));
  return { ...object, apiVersion: "", kind: "", status: null, metadata };
};

const compareBodies = (ours: LiveObject, theirs: LiveObject): readonly string[] => {
  const [a, b] = [show(clientPart(ours)), show(clientPart(theirs))];
  return a === b ? [] : [`our object   ${a}`, `their object ${b}`];
};

/** The codec leaves out a zero. */
const emitted = (replicas: Value): ValueMap => (replicas === 0 ? {} : { replicas });

const compareScale = (subject: Subject, live: LiveObject, step: Step, stored: LiveObject): readonly string[] => {
  const paths = new Map([...subject.models.keys()].map((version) => [version, subject.replicas] as const));
  const fields = scaleManagedFields(live.metadata["managedFields"], paths);
  const scaleOf = (object: LiveObject): LiveObject => ({
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name: "x", uid: "u", ...(fields === undefined ? {} : { managedFields: fields }) },
    spec: emitted(subject.replicas?.reduce<Value>((at, key) => (isMap(at) ? (at[key] ?? 0) : 0), object) ?? 0),
    status: { replicas: 0 },
  });
  const writer: Writer = {
    manager: step.manager,
    apiVersion: "autoscaling/v1",
    subresource: "scale",
    now: newest(stored),
  };
  const table = (subject.models.get(subject.storageVersion) as KindModel).table;
  const tracked = trackUpdate(scaleOf(live), scaleOf(stored), writer, {
    ...schemaOf(subject, ""),
    resetFields: [],
    typeOf: () => ({ type: "io.k8s.api.autoscaling.v1.Scale", table }),
  });
  const entries = parentManagedFields(
    live.metadata["managedFields"],
    entriesOf(tracked) as ValueMap[],
    step.body.apiVersion,
    paths,
  );
  return compareEntries({ ...live, metadata: { managedFields: entries ?? [] } }, stored, live);
};
