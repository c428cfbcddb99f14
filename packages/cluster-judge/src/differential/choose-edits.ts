import type { Value, ValueMap } from "@evenkeel/embedded-cluster";
import { copyOf, isMap } from "@evenkeel/embedded-cluster";
import type { FieldRow, KindTable } from "./kinds/kind-table.ts";
import { metadataFields, serverFields } from "./kinds/metadata-fields.ts";
import { setAt, stepsOf, valueAt } from "./pointer.ts";
import type { Random } from "./random.ts";
import type { Edit } from "./step.ts";

const emptyOf = (value: Value | undefined): Value => {
  if (Array.isArray(value)) return [];
  if (isMap(value)) return {};
  return typeof value === "string" ? "" : typeof value === "boolean" ? false : 0;
};

const valueFor = (random: Random, row: FieldRow): Value | undefined => {
  if (row.good.length === 0) return random.pick(row.bad);
  const choice = random.weighted([
    [86, "good"],
    [row.bad.length === 0 ? 0 : 5, "bad"],
    [row.isNeeded ? 0 : 2, "null"],
    [row.isNeeded ? 0 : 3, "empty"],
    [row.isNeeded ? 0 : 4, "remove"],
  ] as const);
  if (choice === "good") return random.pick(row.good);
  if (choice === "bad") return random.pick(row.bad);
  if (choice === "null") return null;
  return choice === "empty" ? emptyOf(row.good[0]) : undefined;
};

/** Which row: mostly the kind's own that can be right, at times metadata, seldom what only can be wrong. */
const chooseRow = (random: Random, rows: readonly FieldRow[]): FieldRow => {
  if (random.percent(2)) return random.pick(serverFields);
  if (random.percent(18)) return random.pick(metadataFields.filter((row) => row.good.length > 0 || random.percent(3)));
  const sound = rows.filter((row) => row.good.length > 0);
  if (sound.length === 0 || random.percent(3)) return random.pick(rows.length === 0 ? metadataFields : rows);
  return random.pick(sound);
};

/** One to four changes to an object of the kind (`part`: its status or the rest). */
export const chooseEdits = (random: Random, table: KindTable, part: "main" | "status" = "main"): readonly Edit[] => {
  const rows = part === "status" ? table.status : table.fields;
  const count = random.weighted([
    [50, 1],
    [30, 2],
    [15, 3],
    [5, 4],
  ]);
  return Array.from({ length: count }, () => {
    const chosen = chooseRow(random, part === "status" && !random.percent(8) ? rows : table.fields);
    return { at: chosen.at, to: valueFor(random, chosen) };
  });
};

const ITEM_KEYS = ["name", "containerPort", "port", "protocol", "type", "uid"] as const;

/** Gives items of lists that `edit` reaches into the keys that the base's item has there, so that they can be merged. */
const addItemKeys = (body: Value, base: Value, at: string): void => {
  const steps = stepsOf(at);
  for (const [index, step] of steps.entries()) {
    if (!/^\d+$/.test(step) || index === steps.length - 1) continue;
    const pointer = `/${steps
      .slice(0, index + 1)
      .map((s) => s.replaceAll("~", "~0").replaceAll("/", "~1"))
      .join("/")}`;
    const [item, model] = [valueAt(body, pointer), valueAt(base, pointer)];
    if (!isMap(item) || !isMap(model)) continue;
    for (const key of ITEM_KEYS) if (model[key] !== undefined) item[key] ??= model[key];
  }
};

/** A body that holds nothing but these fields: for applies of a part and for strategic merge patches. */
export const partOf = (
  identity: ValueMap,
  base: Value,
  edits: readonly Edit[],
  removal: null | undefined,
): ValueMap => {
  const body = copyOf(identity);
  for (const { at, to } of edits) {
    setAt(body, at, to === undefined ? removal : copyOf(to));
    addItemKeys(body, base, at);
  }
  return body;
};

/** A merge patch: lists are given whole, as the base has them, with the edit made. */
export const mergePatchOf = (base: Value, edits: readonly Edit[]): ValueMap => {
  const patch: ValueMap = {};
  for (const { at, to } of edits) {
    const steps = at.split("/");
    const list = steps.findIndex((step) => /^\d+$/.test(step));
    if (list === -1) setAt(patch, at, to === undefined ? null : copyOf(to));
    else {
      const whole = steps.slice(0, list).join("/");
      const value = copyOf(valueAt(patch, whole) ?? valueAt(base, whole) ?? []);
      setAt(value, `/${steps.slice(list).join("/")}`, to === undefined ? undefined : copyOf(to));
      setAt(patch, whole, value);
    }
  }
  return patch;
};
