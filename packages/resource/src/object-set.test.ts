import { describe, expect, it } from "vitest";

import { canonicalBytes } from "./canonical-object.ts";
import { canonicalJson, decodeSet, encodeSet, objectDigest, parseJson, setDigest, toCanonical } from "./index.ts";
import type { Json, KubeObject } from "./index.ts";

const object = (name: string, data: Json): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "X",
  metadata: { name },
  data,
});

describe("the canonical form", () => {
  it.each([
    [
      "keys by code unit, no whitespace",
      { b: 1, a: [true, null], "\u{1f600}": 2, "\uffff": 3 },
      '{"a":[true,null],"b":1,"😀":2,"\uffff":3}',
    ],
    [
      "numbers as Go prints them",
      [1e20, 1e21, 1.5, -0, 9007199254740993n, 1e-7],
      "[100000000000000000000,1e+21,1.5,0,9007199254740993,1e-7]",
    ],
    ["no member for undefined", { a: undefined, b: 1 }, '{"b":1}'],
  ] as readonly (readonly [string, Json, string])[])("writes %s", (_name, value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
    expect(canonicalJson(parseJson(expected))).toBe(expected);
  });

  it("gives one digest to one meaning", () => {
    const one = { apiVersion: "v1", kind: "X", metadata: { name: "a" } };
    const other = { metadata: { name: "a" }, kind: "X", apiVersion: "v1" };
    expect(objectDigest(one)).toBe(objectDigest(other));
    expect(objectDigest(one)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(new TextDecoder().decode(canonicalBytes(one))).toBe(
      '{"apiVersion":"v1","kind":"X","metadata":{"name":"a"}}',
    );
  });
});

describe("a set of objects", () => {
  const objects = [toCanonical(object("b", 9007199254740993n)), toCanonical(object("a", "x\ny\u2028"))];
  const digest = setDigest(objects);

  it("has a digest that does not depend on the order", () => {
    expect(setDigest(objects.toReversed())).toBe(digest);
    expect(setDigest([])).not.toBe(digest);
  });

  it("survives its stored form, sorted by ref", () => {
    expect(decodeSet(encodeSet(objects), digest)).toEqual([objects[1], objects[0]]);
    expect(decodeSet(encodeSet([]), setDigest([]))).toEqual([]);
  });

  it("is refused when a byte changed, when an object is missing, when it is another set", () => {
    const body = encodeSet(objects);
    const text = new TextDecoder().decode(body);
    for (const bad of [
      text.replace("x\\ny", "x\\nz"),
      text.split("\n").slice(0, 2).join("\n"),
      text.slice(0, -1),
      "",
      `x${text}`,
    ]) {
      expect(() => decodeSet(new TextEncoder().encode(bad), digest)).toThrow(
        expect.objectContaining({ name: "SetDamaged" }),
      );
    }
  });
});
