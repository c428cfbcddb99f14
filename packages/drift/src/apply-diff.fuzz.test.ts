import { always, brokenIf, fuzz, made } from "@evenkeel/fuzz";
import type { Chance } from "@evenkeel/fuzz";
import { canonicalJson, FIELD_MANAGER, isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

import { decideDrift, decideEvent, recordOf } from "./index.ts";
import { compileMask } from "./field-mask.ts";
import { valuesOf } from "./mask-values.ts";

/** What the server made of our apply, what of it is ours, and what is live. */
interface Input {
  readonly dry: JsonObject;
  readonly fields: JsonObject;
  readonly live: JsonObject;
}

// Texts that may be taken for the marks by which paths are written.
const WORDS = [
  "a",
  "b",
  "name",
  "1",
  "1,b=2",
  "2,b=3",
  "a=1",
  "x]",
  "[=1]",
  '"q"',
  "a.b",
  ".a",
  "\0",
  "a\0true\n",
  "\n",
  "é",
  "",
  "f:a",
  "k:{}",
  "__proto__",
  "constructor",
  "absent",
  "null",
];
const SCALARS: readonly Json[] = [1, 0, -1, 1.5, 9007199254740993n, true, false, null, ...WORDS];

interface Made {
  readonly value: Json;
  readonly fields: JsonObject;
}
const put = (into: Record<string, Json>, key: string, value: Json): void => {
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
};
// As JSON.parse makes it: with the prototype that knows `constructor`.
const empty = (): Record<string, Json> => ({});

const makeMap = (chance: Chance, depth: number): Made => {
  const [value, fields] = [empty(), empty()];
  if (chance.once(2)) put(fields, ".", {});
  for (let left = chance.below(4); left > 0; left -= 1) {
    const key = chance.pick(WORDS);
    const inner = makeNode(chance, depth + 1);
    put(value, key, inner.value);
    if (!chance.once(5)) put(fields, `f:${key}`, inner.fields);
    else delete fields[`f:${key}`];
  }
  return { value, fields };
};
/** A list of maps by one key or two; the keys of an item are its owner's too. */
const makeKeyed = (chance: Chance, depth: number): Made => {
  const names = chance.pick([["name"], ["a", "b"]]);
  const [items, fields] = [new Map<string, Json>(), empty()];
  for (let left = 1 + chance.below(3); left > 0; left -= 1) {
    const keys = empty();
    for (const name of names) put(keys, name, chance.pick(chance.once(3) ? SCALARS.slice(0, 6) : WORDS));
    const inner = makeNode(chance, depth + 1);
    items.set(canonicalJson(keys), { ...keys, x: inner.value });
    const own = { ".": {}, ...Object.fromEntries(names.map((name) => [`f:${name}`, {}])), "f:x": inner.fields };
    if (!chance.once(5)) put(fields, `k:${canonicalJson(keys)}`, chance.once(6) ? { ".": {} } : own);
    else delete fields[`k:${canonicalJson(keys)}`];
  }
  return { value: [...items.values()], fields };
};
const makeSet = (chance: Chance): Made => {
  const items = new Map(
    Array.from({ length: 1 + chance.below(3) }, () => chance.pick(SCALARS)).map((item) => [canonicalJson(item), item]),
  );
  const fields = empty();
  for (const key of items.keys()) if (!chance.once(5)) put(fields, `v:${key}`, {});
  return { value: [...items.values()], fields };
};
const makeNode = (chance: Chance, depth: number): Made => {
  const kind = chance.below(depth > 3 ? 2 : 6);
  if (kind < 2) return { value: chance.pick(SCALARS), fields: {} };
  if (kind === 2) return { value: chance.pick<Json>([[], {}, [1, 2], { a: { b: 1 } }]), fields: {} };
  return kind === 3 ? makeMap(chance, depth) : kind === 4 ? makeKeyed(chance, depth) : makeSet(chance);
};

/** The same with a change or two somewhere, or none that counts: another order of keys, a field that nobody owns. */
const changed = (chance: Chance, value: Json): Json => {
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    if (items.length === 0 || chance.once(8)) return [...items, chance.pick(SCALARS)];
    if (chance.once(6)) return items.slice(1);
    if (chance.once(6)) return items.toReversed();
    const at = chance.below(items.length);
    return items.with(at, changed(chance, items[at] ?? null));
  }
  if (!isObject(value)) return chance.pick(SCALARS);
  const keys = Object.keys(value);
  const copy = empty();
  const touched = keys.length === 0 || chance.once(8) ? undefined : chance.pick(keys);
  for (const key of chance.once(4) ? keys.toReversed() : keys)
    if (key !== touched) put(copy, key, value[key] ?? null);
    else if (!chance.once(5)) put(copy, key, changed(chance, value[key] ?? null));
  if (touched === undefined) put(copy, chance.pick(WORDS), chance.pick(SCALARS));
  return copy;
};

const inputs = made<Input>({
  make: (chance) => {
    const { value, fields } = makeMap(chance, 0);
    return { dry: value as JsonObject, fields, live: (chance.once(5) ? value : changed(chance, value)) as JsonObject };
  },
  *smaller({ dry, fields, live }) {
    for (const key of Object.keys(dry)) {
      const [one, other, own] = [{ ...dry }, { ...live }, { ...fields }] as Record<string, Json>[];
      for (const part of [one, other]) delete part?.[key];
      delete own?.[`f:${key}`];
      yield { dry: one ?? {}, live: other ?? {}, fields: own ?? {} };
    }
  },
});

/** The child of a value that one element of fieldsV1 names, told anew. */
const childOf = (element: string, value: Json | undefined): Json | undefined => {
  const rest = element.slice(2);
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  if (element.startsWith("f:")) return isObject(value) && Object.hasOwn(value, rest) ? value[rest] : undefined;
  if (element.startsWith("v:")) return items.find((item) => canonicalJson(item) === rest);
  return items.find(
    (item) =>
      isObject(item) &&
      Object.entries(JSON.parse(rest) as JsonObject).every(
        ([key, want]) => canonicalJson(item[key] ?? null) === canonicalJson(exact(want)),
      ),
  );
};
const exact = (value: Json | undefined): Json => (value === 9007199254740992 ? 9007199254740993n : (value ?? null));

const isEmpty = (value: Json | undefined): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** Whether two values agree in all that is owned; `filled`: but for what the first leaves empty. */
const agree = (fields: Json, a: Json | undefined, b: Json | undefined, filled = false): boolean =>
  Object.entries(isObject(fields) ? fields : {}).every(([element, inner]) => {
    if (element === ".") return true;
    const [one, other] = [childOf(element, a), childOf(element, b)];
    if (Object.keys(isObject(inner) ? inner : {}).some((key) => key !== "."))
      return agree(inner ?? {}, one, other, filled);
    if (filled && isEmpty(one)) return true;
    if (one === undefined || other === undefined) return one === other;
    const isPresenceOnly = element.startsWith("k:") && isObject(inner) && "." in inner;
    return isPresenceOnly || canonicalJson(one) === canonicalJson(other);
  });

const objectOf = (content: JsonObject, fields: JsonObject, version: string): KubeObject => ({
  apiVersion: "example.org/v1",
  kind: "Thing",
  spec: content,
  metadata: {
    name: "a",
    uid: "u",
    resourceVersion: version,
    generation: Number(version),
    managedFields: [
      {
        manager: FIELD_MANAGER,
        operation: "Apply",
        apiVersion: "example.org/v1",
        time: "2026-01-01T00:00:00Z",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:spec": { ".": {}, ...fields } },
      },
    ],
  },
});

const HASH_KEY = "k";
const judge = { decideDrift, decideEvent };
type Judge = typeof judge;

fuzz<Input, Judge>({
  name: "apply-diff",
  inputs,
  subject: judge,
  law:
    (the) =>
    ({ dry, fields, live }, note) => {
      const isOwned = Object.keys(fields).some((key) => key !== ".");
      const isSame = isOwned ? agree(fields, dry, live) : canonicalJson(dry) === canonicalJson(live);
      note(isSame ? "same" : "changed");
      const [made_, now] = [objectOf(dry, fields, "1"), objectOf(live, fields, "1")];
      const record = always(() => recordOf(made_, made_, { desired: "d", hashKey: HASH_KEY }));
      const decision = always(() => the.decideDrift({ record, body: made_, dry: made_, live: now, hashKey: HASH_KEY }));
      note(decision.verdict);
      const isOfOrder = "differences" in decision && decision.differences.every(({ path }) => path.endsWith("(order)"));
      if (isSame)
        brokenIf(decision.verdict !== "IN_SYNC" && !isOfOrder, `${decision.verdict} although nothing of ours differs`);
      else brokenIf(decision.verdict !== "DRIFT" || isOfOrder, `${decision.verdict} although an owned leaf differs`);

      const event = always(() =>
        the.decideEvent(record, objectOf(live, fields, "2"), {
          hashKey: HASH_KEY,
          masks: new Map(),
          versionsOrdered: true,
        }),
      );
      note(event.kind);
      // What is empty in desired may be filled by others: only its presence is ours.
      if (isOwned && !agree(fields, dry, live, true))
        brokenIf(event.kind !== "candidate", `${event.kind} although an owned leaf differs`);
      if (decision.verdict === "IN_SYNC")
        brokenIf(event.kind !== "in-sync", `${event.kind} although nothing of ours differs`);
    },
  sometimes: { same: 4, changed: 4, IN_SYNC: 5, DRIFT: 4, candidate: 4, "in-sync": 5 },
  planted: {
    "a list by the first of its keys alone": {
      ...judge,
      decideDrift: (question) => {
        const decision = decideDrift(question);
        const isOfItem = decision.verdict === "DRIFT" && decision.differences.every(({ path }) => path.includes("[a="));
        return isOfItem ? { verdict: "IN_SYNC", record: question.record } : decision;
      },
    },
    "what is missing as what is null": {
      ...judge,
      decideDrift: (question) => {
        const decision = decideDrift(question);
        const isNull =
          decision.verdict === "DRIFT" &&
          decision.differences.every(
            ({ desired, live }) => /^(?:null|absent)?$/.test(desired) && /^(?:null|absent)?$/.test(live),
          );
        return isNull ? { verdict: "IN_SYNC", record: question.record } : decision;
      },
    },
    "another order of keys as a change": {
      ...judge,
      decideDrift: (question) =>
        JSON.stringify(question.dry["spec"], big) === JSON.stringify(question.live["spec"], big)
          ? decideDrift(question)
          : { verdict: "DRIFT", differences: [{ path: "spec", desired: "", live: "" }], managers: [] },
    },
    "an event of a version that is newer by its text": {
      ...judge,
      decideEvent: (record, object, context) =>
        valuesOf(compileMask({}), object).size === 0 && object.metadata.resourceVersion === "2"
          ? { kind: "stale" }
          : decideEvent(record, object, context),
    },
  },
});

function big(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
