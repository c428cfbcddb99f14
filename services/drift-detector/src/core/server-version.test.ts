import { expect, test } from "vitest";

import { versionsAreOrdered } from "./server-version.ts";

test.each([
  [{ major: "1", minor: "36" }, true],
  [{ major: "1", minor: "35+" }, true],
  [{ major: "1", minor: "34" }, false],
  [{ major: "2", minor: "0" }, true],
  [{ major: "1", minor: "9" }, false],
  [{ major: "1", minor: "35-eks-1a2b" }, true],
  [{ major: "1", minor: "" }, false],
  [{ major: "v1", minor: "36" }, false],
  [{ major: 1, minor: 36 }, false],
  [{ major: "0", minor: "99" }, false],
  [{}, false],
])("resourceVersions of a server %j are ordered: %s", (version, expected) => {
  expect(versionsAreOrdered(version)).toBe(expected);
});
