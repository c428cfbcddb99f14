import { expect, test } from "vitest";

import { atLeast, compareVersions, formatVersion, inSeries, parseVersion } from "./version.ts";

test.each([
  ["git version 2.39.5 (Debian 1:2.39.5-0+deb12u2)", "2.39.5"],
  ["nats-server: v2.15.1", "2.15.1"],
  ["v5.8.1", "5.8.1"],
  ["v4.2", "4.2.0"],
  ["etcd Version: 3.6.14\nGit SHA: v3.6.14\nGo Version: go1.26.8", "3.6.14"],
  ["Kubernetes v1.36.4", "1.36.4"],
  ["1:5.8.1+ds-1", "5.8.1"],
  ["built with go1.26.8, program 1.2.3", "1.2.3"],
])("reads the version in %j", (text, version) => {
  const parsed = parseVersion(text);
  expect(parsed && formatVersion(parsed)).toBe(version);
});

test.each(["(devel)", "(none)", "", "go1.26.8"])("finds none in %j", (text) => {
  expect(parseVersion(text)).toBeUndefined();
});

test.each([
  ["2.14.0", atLeast("2.14.0"), true],
  ["2.15.1", atLeast("2.14.0"), true],
  ["2.9.10", atLeast("2.14.0"), false],
  ["3.0.0", atLeast("2.14.0"), true],
  ["5.8.9", inSeries("5.8"), true],
  ["5.80.0", inSeries("5.8"), false],
  ["5.7.1", inSeries("5.8"), false],
  ["4.2.1", inSeries("4"), true],
  ["40.0.0", inSeries("4"), false],
])("%s within the range is decided by numbers, not text (row %#)", (text, range, accepted) => {
  expect(range.accepts(parseVersion(text)!)).toBe(accepted);
});

test("orders by number, so that 2.10 comes after 2.9", () => {
  expect(compareVersions(parseVersion("2.10.0")!, parseVersion("2.9.10")!)).toBeGreaterThan(0);
});
