import { describe, expect, test } from "vitest";

import { findTwins } from "./find-twins.ts";

const at = (namespace: string, line: number, change: object = {}) => ({
  ref: { group: "", kind: "ConfigMap", namespace, name: "settings", ...change },
  origin: { file: "apps/web/all.yaml", line, document: 1 },
});

describe("two objects become one in the namespace of their application", () => {
  test.each([
    ["where one names it and the other names none", [at("", 1), at("shop", 9)], "shop", 1],
    ["in whichever order they are written", [at("shop", 9), at("", 1)], "shop", 1],
    [
      "though their kind has no namespaces: nobody knows that before a server is asked",
      [at("", 1, { kind: "ClusterRole" }), at("shop", 9, { kind: "ClusterRole" })],
      "shop",
      1,
    ],
    [
      "the first pair of several is named",
      [at("", 5, { name: "b" }), at("", 1), at("shop", 9), at("shop", 8, { name: "b" })],
      "shop",
      5,
    ],
    ["not where nothing is written", [], "shop", undefined],
    ["not where the application has no namespace", [at("", 1), at("shop", 9)], "", undefined],
    ["not in another namespace", [at("", 1), at("other", 9)], "shop", undefined],
    ["not by name alone", [at("", 1), at("shop", 9, { kind: "Secret" })], "shop", undefined],
    ["not in another group", [at("", 1), at("shop", 9, { group: "example.com" })], "shop", undefined],
    ["not with itself", [at("shop", 1)], "shop", undefined],
    ["not where both name none: that is another refusal", [at("", 1), at("", 9)], "shop", undefined],
  ])("%s", (_title, objects, namespace, line) => expect(findTwins(objects, namespace)?.line).toBe(line));

  test("is told with both places, and what to do", () => {
    const elsewhere = { ...at("shop", 9), origin: { file: "base/web.yaml", line: 9, document: 1 } };
    expect(findTwins([elsewhere, at("", 1)], "shop")).toEqual({
      code: "DuplicateObject",
      file: "apps/web/all.yaml",
      line: 1,
      problem: "ConfigMap shop/settings is written twice: without its namespace here, with it in base/web.yaml:9",
      remedy: "keep one of the two, or give one another name or namespace",
    });
  });
});
