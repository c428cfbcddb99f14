import { expect, test } from "vitest";

import { toFailure } from "./source-failure.ts";

const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

test.each<readonly [string, unknown, string, RegExp]>([
  [
    "of Git has the code that Git was understood by",
    named("GitFailed", "shop: no", { reason: "AuthFailed" }),
    "AuthFailed",
    /^shop: no$/,
  ],
  [
    "of Git without a code is unexpected",
    named("GitFailed", "token=abc"),
    "Unexpected",
    /^shop: the look failed unexpectedly$/,
  ],
  [
    "of a secret that is not there names the source",
    named("SecretMissing", "no file a/b"),
    "SecretMissing",
    /^shop: no file a\/b$/,
  ],
  ["of a fleet path that is not there", named("FleetMissing", "no declarations"), "PathMissing", /^shop: /],
  ["of a full store", named("StoreFull", "full"), "ResourceExhausted", /^shop: full$/],
  ["of the bus", named("BusUnavailable", "away"), "BusUnavailable", /^shop: away$/],
  [
    "that nobody expected keeps its words out of the condition",
    new TypeError("token=abc"),
    "Unexpected",
    /^shop: the look failed unexpectedly$/,
  ],
  ["that is not even an error says no more", "token=abc", "Unexpected", /^shop: the look failed unexpectedly$/],
  [
    "that is named like a member of every object says no more",
    named("toString", "token=abc"),
    "Unexpected",
    /^shop: the look failed unexpectedly$/,
  ],
])("a failure %s", (_title, error, code, message) => {
  const failure = toFailure("shop", error);
  expect([failure.code, failure.message]).toEqual([code, expect.stringMatching(message)]);
});

test("the remedy of Git is told where Git has one", () => {
  expect(toFailure("shop", named("GitFailed", "no", { reason: "AuthFailed", remedy: "mount it" })).remedy).toBe(
    "mount it",
  );
  expect(toFailure("shop", named("GitFailed", "no", { reason: "AuthFailed" })).remedy).toBe("");
});
