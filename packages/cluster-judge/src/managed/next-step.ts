import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { copyOf, isMap } from "@evenkeel/embedded-cluster/internals/json";
import type { KindModel } from "@evenkeel/embedded-cluster/internals/kinds/kind-strategy";
import type { MergeSchema } from "@evenkeel/embedded-cluster/internals/managed/managed-fields";
import type { Choices } from "./choices.ts";
import { spoil } from "./spoil.ts";

/** A kind whose histories are played. */
export interface Subject {
  readonly path: (apiVersion: string) => string;
  readonly intent: (choose: Choices, name: string) => LiveObject;
  /** A change of the object that is only live, which no intent would say; in place. */
  readonly disturb?: (choose: Choices, object: LiveObject) => void;
  readonly storageVersion: string;
  readonly models: ReadonlyMap<string, KindModel>;
  readonly convert: MergeSchema["convert"];
  readonly defaults?: (object: LiveObject) => void;
  readonly resetFields: { readonly main: MergeSchema["resetFields"]; readonly status: MergeSchema["resetFields"] };
  /** Present = has status and scale. */
  readonly replicas?: readonly string[];
  readonly status?: (choose: Choices) => ValueMap;
  readonly managers: readonly string[];
  /** The server fills fields that no function of the object gives. */
  readonly allocates?: true;
  readonly custom?: true;
}

/** One request of a history. `apply-status` and `status` go to the status subresource. */
export interface Step {
  readonly what: "apply" | "apply-status" | "put" | "status" | "scale" | "forge";
  readonly manager: string;
  readonly force: boolean;
  readonly body: LiveObject;
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

export const nextStep = (choose: Choices, subject: Subject, name: string, live: LiveObject | undefined): Step => {
  const base = { manager: choose.oneOf(subject.managers), force: choose.chance(0.4) };
  const dice = choose.below(20);
  const body = subject.intent(choose, name);
  if (live === undefined) {
    const what = choose.chance(0.6) ? "apply" : "put";
    return { ...base, what, body: what === "put" && choose.chance(0.5) ? asClientSideApplied(body) : body };
  }
  if (dice < 10) return { ...base, what: "apply", body };
  if (dice === 10) return { ...base, what: "apply", body: spoil(choose, body) };
  if (dice === 11) return { ...base, what: "forge", body: forged(choose, live) };
  if (dice <= 15 && subject.status !== undefined) {
    const { status, apiVersion, kind } = { ...live, status: subject.status(choose) };
    if (dice === 12) return { ...base, what: "scale", body: { ...live, spec: { replicas: choose.below(3) } } };
    if (dice === 13) return { ...base, what: "apply-status", body: { apiVersion, kind, metadata: { name }, status } };
    if (dice === 14) return { ...base, what: "status", body: { ...copyOf(live), status } };
  }
  return { ...base, what: "put", body: written(choose, subject, live, body) };
};

const asClientSideApplied = (body: LiveObject): LiveObject => {
  const text = `${JSON.stringify(body, (_key, value: unknown) => (typeof value === "bigint" ? Number(value) : value))}\n`;
  return { ...body, metadata: { ...body.metadata, annotations: { [LAST_APPLIED]: text } } };
};

/** What a careless client writes: the new body's parts over the live object. */
const written = (choose: Choices, subject: Subject, live: LiveObject, body: LiveObject): LiveObject => {
  const out: LiveObject = copyOf(live);
  for (const [key, value] of Object.entries(body)) {
    if (key === "metadata") continue;
    const before = out[key];
    out[key] = isMap(value) && isMap(before) ? { ...before, ...value } : value;
  }
  if (choose.chance(0.5)) out.metadata["labels"] = body.metadata["labels"] ?? null;
  if (choose.chance(0.3)) subject.disturb?.(choose, out);
  return out;
};

const oddSets: readonly Value[] = [
  {},
  { "f:spec": {} },
  { "f:metadata": { ".": {}, "f:labels": { "f:a": {} } } },
  { "x:y": {} },
  null,
];

/** A client that writes managedFields itself. */
const forged = (choose: Choices, live: LiveObject): LiveObject => {
  const entries = copyOf((live.metadata["managedFields"] ?? []) as ValueMap[]);
  const entry = entries[choose.below(entries.length)];
  const put = (managedFields: Value): LiveObject => ({ ...live, metadata: { ...live.metadata, managedFields } });
  switch (choose.below(6)) {
    case 0:
      return put([{}]);
    case 1:
      return put([]);
    case 2:
      return put(entries.filter((one) => one !== entry));
    case 3:
      if (entry !== undefined) entry["fieldsV1"] = choose.oneOf(oddSets);
      return put(entries);
    case 4:
      if (entry !== undefined) Object.assign(entry, { operation: choose.oneOf(["Apply", "Update"]), manager: "ben" });
      return put(entries);
    default:
      if (entry !== undefined) entry["apiVersion"] = choose.oneOf(["gone/v7", live.apiVersion]);
      return put(entries);
  }
};
