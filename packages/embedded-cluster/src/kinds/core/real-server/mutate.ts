import { copyOf, isMap, type LiveObject, type Value, type ValueMap } from "../../../json.ts";

/** Chance from a seed: the same seed gives the same sequence. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Path = readonly (string | number)[];

const paths = (value: Value, at: Path = []): readonly Path[] => {
  const own: readonly Path[] = at.length === 0 ? [] : [at];
  if (Array.isArray(value)) return [...own, ...value.flatMap((item, index) => paths(item, [...at, index]))];
  if (!isMap(value)) return own;
  return [...own, ...Object.keys(value).flatMap((key) => paths(value[key] ?? null, [...at, key]))];
};

const strings = [
  "",
  "x",
  "Bad Value!",
  "UPPER",
  "a.b",
  "-x",
  "a/b",
  "example.com/x",
  "x".repeat(64),
  "10.0.0.300",
  "None",
  "*",
  "80",
  "é<&>",
  "../x",
];
const numbers = [0, 1, -1, 2, 80, 443, 30_080, 65_535, 65_536, 86_400, 86_401, 100_000];

/** Values of a place that are worth trying there, by the last name in its path. */
export type Hints = Readonly<Record<string, readonly Value[]>>;

/** Places where only what is hinted makes sense: nobody here compiles CEL. */
const hintedOnly: ReadonlySet<string> = new Set(["expression"]);

const changed = (
  value: Value,
  pick: <T>(from: readonly T[]) => T,
  hints: readonly Value[] | undefined,
  isFixed = false,
): Value => {
  if (isFixed && hints === undefined) return value;
  if (hints !== undefined && (isFixed || pick([true, true, false]))) return copyOf(pick(hints));
  if (typeof value === "string") return pick(strings);
  if (typeof value === "number") return pick(numbers);
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) {
    const [first] = value;
    return pick<Value>([[], first === undefined ? [] : [...copyOf(value), copyOf(first)], copyOf(value).slice(1)]);
  }
  if (isMap(value)) {
    const keys = Object.keys(value);
    const some = keys.length === 0 ? undefined : value[pick(keys)];
    return pick<Value>([{}, some === undefined ? {} : { ...copyOf(value), [pick(strings)]: copyOf(some) }]);
  }
  return value;
};

const parentOf = (object: LiveObject, path: Path): Value | undefined => {
  let at: Value | undefined = object;
  for (const step of path.slice(0, -1))
    at = Array.isArray(at) ? at[Number(step)] : isMap(at) ? at[String(step)] : undefined;
  return at;
};

/** The object with one to three places changed, removed or added; identity (kind, name) stays. */
export const mutate = (object: LiveObject, chance: () => number, hints: Hints): LiveObject => {
  const result = copyOf(object);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
  for (let left = 1 + Math.floor(chance() * chance() * 3); left > 0; left -= 1) {
    const places = paths(result).filter(
      ([first, second]) =>
        first !== "apiVersion" &&
        first !== "kind" &&
        !(first === "metadata" && second === undefined) &&
        !(
          first === "metadata" &&
          ["name", "namespace", "uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"].includes(
            String(second),
          )
        ),
    );
    if (places.length === 0) return result;
    const path = pick(places);
    const parent = parentOf(result, path);
    const last = path.at(-1) ?? "";
    if (Array.isArray(parent)) {
      const index = Number(last);
      if (chance() < 0.2) parent.splice(index, 1);
      else parent[index] = changed(parent[index] ?? null, pick, hints[String(path.at(-2))]);
    } else if (isMap(parent)) edit(parent, String(last), chance, pick, hints);
  }
  return result;
};

const edit = (
  parent: ValueMap,
  key: string,
  chance: () => number,
  pick: <T>(from: readonly T[]) => T,
  hints: Hints,
): void => {
  const roll = chance();
  const addable = Object.keys(hints).filter((name) => !Object.hasOwn(parent, name));
  if (roll < 0.2) delete parent[key];
  else if (roll < 0.3 && addable.length > 0) {
    const name = pick(addable);
    parent[name] = copyOf(pick(hints[name] ?? [null]));
  } else if (roll < 0.35) parent[key] = null;
  else parent[key] = changed(parent[key] ?? null, pick, hints[key], hintedOnly.has(key));
};
