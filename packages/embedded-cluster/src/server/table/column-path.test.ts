import { expect, test } from "vitest";

import type { Value } from "../../json.ts";
import { valueAtPath } from "./column-path.ts";

const object: Value = {
  a: { b: 1, "c.d": 2, e: null, list: [{ type: "X", n: 1 }, { type: "Y", n: 2, on: true }, { n: 3 }] },
};

const paths: readonly (readonly [string, Value | undefined])[] = [
  [".a.b", 1],
  [".a.none", undefined],
  [".a.b.deeper", undefined],
  [".a.c\\.d", 2],
  [".a['c.d']", 2],
  ['.a["c.d"]', 2],
  [".a.e", null],
  [".a.list[1].n", 2],
  [".a.list[-1].n", 3],
  [".a.list[7]", undefined],
  [".a.list[*].type", "X"],
  ['.a.list[?(@.type=="Y")].n', 2],
  [".a.list[?(@.type=='Y')].n", 2],
  ['.a.list[?(@.type!="X")].n', 2],
  [".a.list[?(@.on==true)].n", 2],
  ['.a.list[?(@.type=="Z")].n', undefined],
  ["..b", undefined],
  [".a.list[0:1]", undefined],
];

test.each(paths)("%s", (path, expected) => {
  expect(valueAtPath(object, path)).toEqual(expected);
});
