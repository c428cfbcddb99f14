import { isObject, parseJson } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";

import type { ObjectSet } from "../make-set.ts";
import { refuse } from "../render-refused.ts";

const SHOWN = 5;

/** Throws `NonDeterministic` naming the first object that differs between two runs of one input, and where. */
export const requireSameSet = (first: ObjectSet, second: ObjectSet, path: string): void => {
  if (first.digest === second.digest) return;
  for (const [index, one] of first.objects.entries()) {
    const other = second.objects[index];
    if (other?.digest === one.digest) continue;
    const paths = other === undefined ? [] : differences(parseJson(one.json), parseJson(other.json));
    const where = paths.length === 0 ? "" : ` in ${paths.slice(0, SHOWN).join(", ")}`;
    throw differs(one.origin.file, `${describeRef(one.ref)} differs between two runs${where}`);
  }
  throw differs(path, "a second run gives more objects");
};

const differs = (file: string, problem: string): Error =>
  refuse("NonDeterministic", file, problem, "pin the value in the values file");

/** Paths at which two values differ, the shortest that say it. */
const differences = (one: Json | undefined, other: Json | undefined, at = ""): readonly string[] => {
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return keys.flatMap((key) => differences(one[key], other[key], at === "" ? key : `${at}.${key}`));
  }
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    const [left, right] = [one as readonly Json[], other as readonly Json[]];
    return left.flatMap((item, index) => differences(item, right[index], `${at}[${index}]`));
  }
  return JSON.stringify(one, bigintAsText) === JSON.stringify(other, bigintAsText) ? [] : [at];
};

const bigintAsText = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);
