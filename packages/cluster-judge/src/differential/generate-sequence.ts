import type { Value, ValueMap } from "@evenkeel/embedded-cluster";
import { chooseEdits, mergePatchOf, partOf } from "./choose-edits.ts";
import { jsonPatchOf, strategicPatchOf } from "./choose-patch.ts";
import { type Random, randomFrom } from "./random.ts";
import { allKinds, kindNamed, kindWeights } from "./kinds/all-kinds.ts";
import type { KindTable } from "./kinds/kind-table.ts";
import type { Body, Damage, Edit, Sequence, Step, Verb } from "./step.ts";
import { chooseDelete, chooseList, scaleStep } from "./choose-step.ts";
import { setAt } from "./pointer.ts";

const MANAGERS = ["alice", "bob", "kubectl-client-side-apply", "controller"] as const;
export const NAMESPACES = ["judge-0", "judge-1"] as const;

interface Course {
  readonly random: Random;
  readonly namespace: string;
  readonly objects: readonly { readonly name: string; readonly table: KindTable }[];
  /** What each manager applied last, per object. */
  readonly intents: Map<string, readonly Edit[]>;
  readonly made: Set<string>;
}

const identityOf = (table: KindTable, name: string): ValueMap => ({
  apiVersion: table.apiVersion,
  kind: table.kind,
  metadata: { name },
});

const edited = (base: Value, edits: readonly Edit[]): Value => {
  for (const { at, to } of edits) setAt(base, at, to === undefined ? undefined : structuredClone(to));
  return base;
};

/** Options that any write may carry. */
const writeQuery = (random: Random, manager: string): Record<string, string> => ({
  ...(random.percent(96) ? { fieldManager: manager } : {}),
  ...(random.percent(7) ? { dryRun: random.percent(95) ? "All" : "Some" } : {}),
  ...(random.percent(35)
    ? {
        fieldValidation: random.weighted([
          [50, "Strict"],
          [25, "Warn"],
          [24, "Ignore"],
          [1, "Nope"],
        ] as const),
      }
    : {}),
});

const damageFor = (random: Random): { damage?: Damage } =>
  random.percent(1.5) ? { damage: random.pick(["truncated", "empty", "list", "text"] as const) } : {};

const applyBody = (course: Course, table: KindTable, name: string, manager: string): Value => {
  const { random, intents } = course;
  const key = `${manager}/${name}/${table.apiVersion}`;
  const before = intents.get(key) ?? [];
  const kept = before.filter(() => random.percent(85));
  const edits = random.percent(25) && before.length > 0 ? kept : [...kept, ...chooseEdits(random, table)];
  intents.set(key, edits.slice(-6));
  const base = table.base(name);
  if (manager === MANAGERS[0] || !course.made.has(name) || random.percent(15)) return edited(base, edits);
  return partOf(identityOf(table, name), base, edits, undefined);
};

const statusPart = (random: Random, table: KindTable, name: string, apply: boolean): ValueMap =>
  partOf(apply ? identityOf(table, name) : {}, table.base(name), chooseEdits(random, table, "status"), null);

const bodyFor = (
  course: Course,
  verb: Verb,
  subresource: Step["subresource"],
  table: KindTable,
  name: string,
  manager: string,
): Body => {
  const { random } = course;
  const base = table.base(name);
  const isStatus = subresource === "status";
  const edits = chooseEdits(random, table, isStatus ? "status" : "main");
  if (verb === "create") return { from: "value", value: edited(base, random.percent(55) ? edits : []) };
  if (verb === "apply") {
    return {
      from: "value",
      value: isStatus ? statusPart(random, table, name, true) : applyBody(course, table, name, manager),
    };
  }
  if (verb === "json-patch") return { from: "value", value: jsonPatchOf(random, base, edits) };
  if (verb === "strategic-patch") return { from: "value", value: strategicPatchOf(random, base, edits) };
  if (verb === "merge-patch") {
    const patch = random.percent(1) ? random.pick<Value>([[], "x", null]) : mergePatchOf(base, edits);
    if (random.percent(6)) setAt(patch, "/metadata/resourceVersion", random.pick(["<rv>", "<stale>", "0", ""]));
    return { from: "value", value: patch };
  }
  const version = random.weighted<Edit | undefined>([
    [70, undefined],
    [15, { at: "/metadata/resourceVersion", to: undefined }],
    [12, { at: "/metadata/resourceVersion", to: "<stale>" }],
    [1, { at: "/metadata/resourceVersion", to: "nonsense" }],
    [2, { at: "/metadata/managedFields", to: undefined }],
  ]);
  return {
    from: "latest",
    base,
    edits: [...(random.percent(8) ? [] : edits), ...(version === undefined ? [] : [version])],
  };
};

const writeStep = (
  course: Course,
  verb: Verb,
  object: Course["objects"][number],
  subresource: Step["subresource"],
): Step => {
  const { random } = course;
  const table =
    object.table.alternate !== undefined && random.percent(25) ? kindNamed(object.table.alternate) : object.table;
  const manager = random.pick(MANAGERS);
  const force =
    verb === "apply" ? (random.percent(45) ? { force: "true" } : random.percent(20) ? { force: "false" } : {}) : {};
  const body = bodyFor(course, verb, subresource, table, object.name, manager);
  if (verb === "create" || verb === "apply") course.made.add(object.name);
  return {
    verb,
    kind: table.name,
    object: object.name,
    subresource,
    query: { ...writeQuery(random, manager), ...force },
    body,
    ...damageFor(random),
  };
};

const nextSteps = (course: Course): readonly Step[] => {
  const { random } = course;
  const object = random.weighted(course.objects.map((o, index) => [index === 0 ? 70 : 30, o] as const));
  const { table, name } = object;
  if (!course.made.has(name) && random.percent(92)) {
    return [writeStep(course, random.percent(55) ? "create" : "apply", object, "")];
  }
  const has = (sub: "status" | "scale"): boolean => table.subresources.includes(sub);
  const kind = random.weighted([
    [3, "create"],
    [26, "apply"],
    [18, "update"],
    [8, "json-patch"],
    [9, "merge-patch"],
    [table.strategic ? 9 : 1, "strategic-patch"],
    [has("status") ? 9 : 0.5, "status"],
    [has("scale") ? 5 : 0.2, "scale"],
    [4, "get"],
    [3, "list"],
    [7, "delete"],
    [0.5, "delete-collection"],
  ] as const);
  const plain = { kind: table.name, object: name, subresource: "" } as const;
  switch (kind) {
    case "get":
      return [{ ...plain, verb: "get", query: {}, subresource: has("status") && random.percent(15) ? "status" : "" }];
    case "list":
      return [chooseList(random, plain)];
    case "delete":
    case "delete-collection":
      return [chooseDelete(random, plain, kind)];
    case "scale":
      return [scaleStep(random, plain, course.namespace, random.pick(MANAGERS))];
    case "status":
      return [
        writeStep(
          course,
          random.pick([
            "update",
            "update",
            "merge-patch",
            "json-patch",
            "apply",
            table.strategic ? "strategic-patch" : "apply",
          ] as const),
          object,
          "status",
        ),
      ];
    case "update":
      return random.percent(15)
        ? [{ ...plain, verb: "get", query: {} }, writeStep(course, "update", object, "")]
        : [writeStep(course, "update", object, "")];
    case "create":
    case "apply":
    case "json-patch":
    case "merge-patch":
    case "strategic-patch":
      return [writeStep(course, kind, object, "")];
  }
};

/** The sequence of this number under this seed; `kind` limits it to one kind. */
export const generateSequence = (seed: number, index: number, kind?: string): Sequence => {
  const random = randomFrom(Math.imul(seed, 1_000_003) + index);
  const choose = (): KindTable => (kind === undefined ? random.weighted(kindWeights) : kindNamed(kind));
  const first = choose();
  const second = random.percent(75) ? first : choose();
  const namespace = NAMESPACES[index % NAMESPACES.length] ?? NAMESPACES[0];
  const objects = [
    { name: `s${index}-a`, table: first },
    { name: `s${index}-b`, table: second },
  ];
  const course: Course = { random, namespace, objects, intents: new Map(), made: new Set() };
  const length = random.weighted([
    [60, random.between(8, 13)],
    [30, random.between(13, 18)],
    [10, random.between(18, 25)],
  ]);
  const steps: Step[] = [];
  while (steps.length < length) steps.push(...nextSteps(course));
  return { seed, index, namespace, steps };
};

/** Names of all kinds, for messages. */
export const kindNames: readonly string[] = allKinds.map((table) => table.name);
