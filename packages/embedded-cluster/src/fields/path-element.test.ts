import { describe, expect, test } from "vitest";

import { sortElements, keyElement, showElement, valueElement } from "./path-element.ts";

describe("path elements", () => {
  test.each([
    [
      "keys are sorted by name",
      keyElement([
        ["protocol", "TCP"],
        ["containerPort", 80],
      ]),
      'k:{"containerPort":80,"protocol":"TCP"}',
    ],
    ["a big integer keeps its digits", valueElement(12_345_678_901_234_567n), "v:12345678901234567"],
    ["a boolean", valueElement(true), "v:true"],
  ])("%s", (_title, element, expected) => {
    expect(element).toBe(expected);
  });

  test("are ordered by kind, then content: numbers by value", () => {
    const sorted = [
      "f:a",
      "f:b",
      'k:{"a":2}',
      'k:{"a":10}',
      'k:{"a":10,"b":1}',
      'k:{"a":"x"}',
      "v:2",
      "v:10",
      "v:true",
      "i:2",
      "i:10",
    ];
    expect(sortElements(sorted.toReversed())).toEqual(sorted);
  });

  test.each([
    ["f:replicas", ".replicas"],
    ['k:{"containerPort":80,"protocol":"TCP"}', '[containerPort=80,protocol="TCP"]'],
    ['v:"a\\"b"', '[="a\\"b"]'],
    ["i:3", "[3]"],
  ])("%s is shown as %s", (element, shown) => {
    expect(showElement(element)).toBe(shown);
  });
});
