import { isDeepStrictEqual } from "node:util";

import { canonicalJson } from "@evenkeel/resource";

import type { LiveObject, Value, ValueMap } from "../../json.ts";
import { asJson, copyOf, isMap } from "../../json.ts";
import type { KindModel } from "../../kinds/kind-strategy.ts";
import { describeConflicts } from "../describe-conflicts.ts";
import { applyIntent, trackUpdate } from "../field-manager.ts";
import { keepTimestamps } from "../keep-timestamps.ts";
import type { MergeSchema, Writer } from "../managed-fields.ts";
import { parentManagedFields, scaleManagedFields } from "../scale-fields.ts";
import type { Answer, Ask } from "./ask-server.ts";
import { type Choices, choices } from "./choices.ts";

/** A kind whose histories are played. */
export interface Subject {
  readonly path: (apiVersion: string) => string;
  readonly intent: (choose: Choices, name: string) => LiveObject;
  readonly storageVersion: string;
  readonly models: ReadonlyMap<string, KindModel>;
  readonly convert: MergeSchema["convert"];
  readonly defaults?: (object: LiveObject) => void;
  readonly resetFields: { readonly main: MergeSchema["resetFields"]; readonly status: MergeSchema["resetFields"] };
  readonly replicas?: readonly string[];
}

const managers = ["ann", "ben", "cal"] as const;
const STEPS = 12;

interface Step {
  readonly what: "apply" | "put" | "status" | "scale" | "reset";
  readonly manager: string;
  readonly force: boolean;
  readonly body: LiveObject;
}

const schemaOf = (subject: Subject, subresource: string): MergeSchema => ({
  typeOf: (apiVersion) => subject.models.get(apiVersion),
  convert: subject.convert,
  applyDefaults: () => undefined,
  resetFields: subresource === "status" ? subject.resetFields.status : subject.resetFields.main,
});

const entriesOf = (object: LiveObject): readonly ValueMap[] => (object.metadata["managedFields"] ?? []) as ValueMap[];
const newest = (object: LiveObject): string =>
  entriesOf(object).reduce(
    (time, entry) => (String(entry["time"] ?? "") > time ? String(entry["time"]) : time),
    "1970-01-01T00:00:00Z",
  );

/** Plays one seeded history; what our functions make of the same inputs otherwise than the server is told, a line each. */
export const playHistory = async (
  ask: Ask,
  subject: Subject,
  seed: number,
  tag = "one",
): Promise<readonly string[]> => {
  const choose = choices(seed);
  const name = `${subject.intent(choose, "x").kind.toLowerCase()}-${tag}-${seed}`;
  const differences: string[] = [];
  let live: LiveObject | undefined;
  for (let step = 0; step < STEPS; step += 1) {
    const chosen = nextStep(choose, subject, name, live);
    const answer = await send(ask, subject, chosen, name, live === undefined);
    const found = await compareStep(ask, subject, chosen, live, answer);
    differences.push(
      ...found.map(
        (text) =>
          `step ${step} ${chosen.what} by ${chosen.manager} force=${chosen.force}: ${text}\n  body ${canonicalJson(asJson(chosen.body))}\n  live ${canonicalJson(asJson(live ?? null))}`,
      ),
    );
    if (differences.length > 0) return differences;
    if (answer.status < 300) {
      live =
        chosen.what === "scale"
          ? (await ask("GET", `${subject.path(subject.storageVersion)}/${name}`)).body
          : answer.body;
    }
  }
  return differences;
};

const nextStep = (choose: Choices, subject: Subject, name: string, live: LiveObject | undefined): Step => {
  const base = { manager: choose.oneOf(managers), force: choose.chance(0.5) };
  const dice = choose.below(10);
  const body = subject.intent(choose, name);
  if (live === undefined) return { ...base, what: choose.chance(0.7) ? "apply" : "put", body };
  if (dice < 6) return { ...base, what: "apply", body };
  if (dice === 6 && subject.replicas !== undefined) return { ...base, what: "scale", body: live };
  if (dice === 7 && subject.replicas !== undefined) {
    const status: ValueMap =
      subject.storageVersion === "e.io/v1"
        ? { size: choose.below(3) }
        : { replicas: choose.below(3), readyReplicas: 0 };
    return {
      ...base,
      what: "status",
      body: { ...copyOf(live), status, metadata: { ...live.metadata, labels: { st: "x" } } },
    };
  }
  if (dice === 8 && choose.chance(0.3)) {
    return { ...base, what: "reset", body: { ...live, metadata: { ...live.metadata, managedFields: [{}] } } };
  }
  return {
    ...base,
    what: "put",
    body: {
      ...copyOf(live),
      ...overlay(live, body),
      metadata: { ...live.metadata, labels: body.metadata["labels"] ?? null } as ValueMap,
    },
  };
};

/** What a careless client writes: the new body's top-level parts over the live object. */
const overlay = (live: LiveObject, body: LiveObject): ValueMap => {
  const out: ValueMap = {};
  for (const [key, value] of Object.entries(body)) {
    if (key === "metadata" || key === "apiVersion") continue;
    const before = live[key];
    out[key] = isMap(value) && isMap(before) ? { ...before, ...value } : value;
  }
  return { ...out, apiVersion: body.apiVersion };
};

const send = async (ask: Ask, subject: Subject, step: Step, name: string, create: boolean): Promise<Answer> => {
  const path = subject.path(step.body.apiVersion);
  const query = `fieldManager=${step.manager}`;
  switch (step.what) {
    case "apply":
      return ask("PATCH", `${path}/${name}?${query}&force=${step.force}`, step.body, "application/apply-patch+yaml");
    case "put":
    case "reset":
      return create ? ask("POST", `${path}?${query}`, step.body) : ask("PUT", `${path}/${name}?${query}`, step.body);
    case "status":
      return ask("PUT", `${path}/${name}/status?${query}`, step.body);
    case "scale":
      return ask(
        "PATCH",
        `${path}/${name}/scale?${query}`,
        { spec: { replicas: 7 - (name.length % 3) } },
        "application/merge-patch+json",
      );
  }
};

const compareStep = async (
  ask: Ask,
  subject: Subject,
  step: Step,
  live: LiveObject | undefined,
  answer: Answer,
): Promise<readonly string[]> => {
  const subresource = step.what === "status" || step.what === "scale" ? step.what : "";
  const writer: Writer = {
    manager: step.manager,
    apiVersion: step.body.apiVersion,
    subresource,
    now: newest(answer.body.metadata === undefined ? step.body : answer.body),
  };
  if (step.what === "apply") return compareApply(subject, step, live, answer, writer);
  if (answer.status >= 300) return [];
  if (step.what === "scale") return compareScale(ask, subject, live as LiveObject, step);
  const next = (subject.models.get(step.body.apiVersion) as KindModel).decode(step.body).object;
  if (live === undefined) Object.assign(next.metadata, { creationTimestamp: "x", uid: "x" });
  subject.defaults?.(next);
  // What the server's strategy and defaults do to the body comes after field management, so only managers are compared.
  const tracked = trackUpdate(live, next, writer, schemaOf(subject, subresource));
  return compareEntries(tracked, answer.body, live);
};

const compareEntries = (ours: LiveObject, theirs: LiveObject, live: LiveObject | undefined): readonly string[] => {
  const [a, b] = [entriesOf(ours), entriesOf(theirs)];
  if (isDeepStrictEqual(a, b)) return [];
  // A write that changed only times keeps the old ones.
  if (live !== undefined && isDeepStrictEqual(entriesOf(live), b)) {
    const kept = copyOf({ ...live, metadata: { ...live.metadata, managedFields: a as ValueMap[] } });
    keepTimestamps(live, kept);
    if (isDeepStrictEqual(entriesOf(kept), b)) return [];
  }
  return [
    `managedFields\n  ours   ${canonicalJson(asJson(a as Value))}\n  theirs ${canonicalJson(asJson(b as Value))}`,
  ];
};

const causesOf = (body: LiveObject): readonly string[] => {
  const details = (body as ValueMap)["details"] as ValueMap | undefined;
  return ((details?.["causes"] ?? []) as ValueMap[]).map((cause) => canonicalJson(asJson(cause))).toSorted();
};

const compareApply = (
  subject: Subject,
  step: Step,
  live: LiveObject | undefined,
  answer: Answer,
  writer: Writer,
): readonly string[] => {
  const outcome = applyIntent(live, step.body, writer, step.force, schemaOf(subject, ""));
  if (outcome.kind === "conflict") {
    const { message, causes } = describeConflicts(outcome.conflicts);
    if (answer.status !== 409 || message !== (answer.body as ValueMap)["message"])
      return [`${message} against ${answer.status} ${String((answer.body as ValueMap)["message"])}`];
    const ours = causes.map((cause) => canonicalJson({ ...cause })).toSorted();
    return isDeepStrictEqual(ours, causesOf(answer.body))
      ? []
      : [`causes ${ours.join()} against ${causesOf(answer.body).join()}`];
  }
  if (outcome.kind === "refused") {
    const same = answer.status === outcome.status && (answer.body as ValueMap)["message"] === outcome.message;
    return same
      ? []
      : [
          `${outcome.status} ${outcome.message} against ${answer.status} ${String((answer.body as ValueMap)["message"])}`,
        ];
  }
  if (answer.status === 409 || answer.status === 500)
    return [`merged against ${answer.status} ${String((answer.body as ValueMap)["message"])}`];
  if (answer.status >= 300) return [];
  const merged = (subject.models.get(writer.apiVersion) as KindModel).decode(outcome.object).object;
  subject.defaults?.(merged);
  return [...compareEntries(merged, answer.body, live), ...compareBodies(merged, answer.body)];
};

const withoutServerMetadata = (object: LiveObject): Value => {
  const {
    managedFields: _m,
    uid: _u,
    resourceVersion: _r,
    generation: _g,
    creationTimestamp: _c,
    ...metadata
  } = object.metadata;
  const { apiVersion: _v, kind: _k, ...rest } = object;
  return { ...rest, status: null, metadata };
};

const compareBodies = (ours: LiveObject, theirs: LiveObject): readonly string[] => {
  const [a, b] = [withoutServerMetadata(ours), withoutServerMetadata(theirs)];
  const same = canonicalJson(asJson(a)) === canonicalJson(asJson(b));
  return same ? [] : [`object\n  ours   ${canonicalJson(asJson(a))}\n  theirs ${canonicalJson(asJson(b))}`];
};

const compareScale = async (ask: Ask, subject: Subject, live: LiveObject, step: Step): Promise<readonly string[]> => {
  const stored = (await ask("GET", `${subject.path(subject.storageVersion)}/${String(live.metadata["name"])}`)).body;
  const paths = new Map([...subject.models.keys()].map((version) => [version, subject.replicas] as const));
  const writer: Writer = {
    manager: step.manager,
    apiVersion: "autoscaling/v1",
    subresource: "scale",
    now: newest(stored),
  };
  const scaleOf = (replicas: Value, fields: ValueMap[] | undefined): LiveObject => ({
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name: "x", uid: "u", ...(fields === undefined ? {} : { managedFields: fields }) },
    spec: { replicas },
    status: { replicas: 0 },
  });
  const read = (object: LiveObject): Value =>
    subject.replicas?.reduce<Value>((at, key) => (isMap(at) ? (at[key] ?? 0) : 0), object) ?? 0;
  const fields = scaleManagedFields(live.metadata["managedFields"], paths);
  const tracked = trackUpdate(scaleOf(read(live), fields), scaleOf(read(stored), fields), writer, {
    typeOf: () => ({
      type: "io.k8s.api.autoscaling.v1.Scale",
      table: (subject.models.get(subject.storageVersion) as KindModel).table,
    }),
    convert: (object) => object,
    applyDefaults: () => undefined,
    resetFields: [],
  });
  const entries = parentManagedFields(
    live.metadata["managedFields"],
    tracked.metadata["managedFields"],
    step.body.apiVersion,
    paths,
  );
  return compareEntries({ ...live, metadata: { managedFields: entries ?? [] } }, stored, live);
};
