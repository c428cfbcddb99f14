import type { Random } from "../differential/random.ts";
import type { Value, ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { builtinTable } from "@evenkeel/embedded-cluster/internals/schema/builtin-table";
import type { ScalarKind, StructNode, TypeRef } from "@evenkeel/embedded-cluster/internals/schema/type-node";

/** How wild bodies are: percent of values of any type, and of members that no struct has. */
export interface Wildness {
  readonly wrong: number;
  readonly unknown: number;
}

const TIMES = ["2020-01-02T03:04:05Z", "2020-01-02T03:04:05.5+02:00", "bad", "2020-13-01T00:00:00Z", "2020-01-02", ""];
const MICRO_TIMES = ["2020-01-02T03:04:05.123456Z", "2020-01-02T03:04:05Z", "bad"];

const scalarsOf: Readonly<Record<ScalarKind, readonly Value[]>> = {
  string: ["", "a", "b", "foo", "x<y>&", "é", "😀"],
  int32: [0, 1, 2, 80, -5, 2147483647, 2147483648],
  int64: [0, 1, 30, 9007199254740993n, 9223372036854775807n, 9223372036854775808n],
  float64: [0, 1, 1.5, -2.25],
  boolean: [true, false],
  bytes: ["", "YQ==", "YWI=", "YR==", "a", "!!", [1, 2], [300]],
  quantity: ["1", "1000m", "0.5", 0.5, "1024Mi", "1e3", "100k", "1.5Gi", "abc", "", "-1", "12n", 1, "1."],
  intOrString: [0, 1, "25%", "http", "", 3000000000, 1.5],
  time: TIMES,
  microTime: MICRO_TIMES,
  duration: ["1s"],
};

const ANYTHING: readonly Value[] = [null, 0, 1, -1, 1.5, true, "", "x", [], {}, [null], { a: null }, ["x"], { a: 1 }];
const RAW: readonly Value[] = [{}, { a: 1 }, "x", 1, true, [1, {}], { b: { c: null } }];
const DEEPEST = 9;

/** A value for a type: mostly of it, sometimes null, sometimes anything. */
export const randomBody = (random: Random, ref: TypeRef, wildness: Wildness, depth = 0): Value => {
  if (random.percent(wildness.wrong)) return structuredClone(random.pick(ANYTHING));
  if (depth > 0 && random.percent(3)) return null;
  const node = builtinTable.resolve(ref);
  const count = depth > DEEPEST ? 0 : random.between(0, 2);
  switch (node.kind) {
    case "scalar":
      return structuredClone(random.pick(scalarsOf[node.scalar]));
    case "list":
      return Array.from({ length: count }, () => randomBody(random, node.element, wildness, depth + 1));
    case "map": {
      const keys = Array.from({ length: count }, () => random.pick(["a", "b", "cpu", "x/y"]));
      return Object.fromEntries(keys.map((key) => [key, randomBody(random, node.values, wildness, depth + 1)]));
    }
    case "struct":
      return randomStruct(random, node, wildness, depth);
    case "untyped":
      return structuredClone(random.pick(RAW));
  }
};

const randomStruct = (random: Random, node: StructNode, wildness: Wildness, depth: number): ValueMap => {
  const names = Object.keys(node.fields);
  const share = depth > DEEPEST ? 0 : Math.min(70, 400 / names.length);
  const struct: ValueMap = {};
  for (const name of names) {
    if (name === "apiVersion" || name === "kind" || !random.percent(share)) continue;
    struct[name] = randomBody(random, node.fields[name]?.type ?? "", wildness, depth + 1);
  }
  if (random.percent(wildness.unknown)) struct[random.pick(["zzz", "Spec", "foo.bar", 'a"b'])] = 1;
  return struct;
};
