import { describe, expect, test } from "vitest";

import { isLatestImage } from "./image-name.ts";
import { formatSelector } from "./selector.ts";

describe("an image that is pulled each time", () => {
  test.each([
    ["nginx", true],
    ["nginx:latest", true],
    ["registry.example:5000/team/web", true],
    ["nginx:1.27", false],
    [`nginx@sha256:${"a".repeat(64)}`, false],
    [`nginx:latest@sha256:${"a".repeat(64)}`, true],
    ["Nginx:latest", false],
    ["", false],
  ])("%s: %s", (image, expected) => expect(isLatestImage(image)).toBe(expected));
});

describe("a selector in one line", () => {
  test.each([
    [undefined, ""],
    [{ matchLabels: { b: "2", a: "1" } }, "a=1,b=2"],
    [
      {
        matchLabels: { app: "web" },
        matchExpressions: [
          { key: "tier", operator: "In", values: ["b", "a"] },
          { key: "old", operator: "DoesNotExist" },
        ],
      },
      "app=web,!old,tier in (a,b)",
    ],
  ])("%j is %s", (selector, expected) => expect(formatSelector(selector)).toBe(expected));
});
