import type { Override } from "@evenkeel/declarations";
import { describe, expect, test } from "vitest";

import { backOffMs } from "./back-off.ts";
import { findLift } from "./find-lift.ts";
import { kindOf, refOfOption, sourceOf } from "./source.ts";

const override = (
  name: string,
  part: Partial<Override["spec"]["scope"]> = {},
  expiresAt = "2030-01-01T00:00:00Z",
): Override => ({
  kind: "Override",
  metadata: { name, labels: {} },
  file: "o.yaml",
  changedAt: 1,
  spec: {
    what: "acceptRewrite",
    scope: { repository: "shop", gitRef: "refs/heads/main", from: "a", to: "b", ...part },
    reason: "r",
    owner: "ana",
    expiresAt,
  },
});
const rewrite = { source: "shop", gitRef: "refs/heads/main", from: "a", to: "b" };

describe("an Override", () => {
  test.each([
    ["that names both ids lifts", override("good"), "good"],
    ["of another repository does not", override("x", { repository: "other" }), undefined],
    ["of another Git ref does not", override("x", { gitRef: "refs/heads/stable" }), undefined],
    ["from another tip does not", override("x", { from: "c" }), undefined],
    ["to another tip does not", override("x", { to: "c" }), undefined],
    ["that has expired does not", override("x", {}, "2020-01-01T00:00:00Z"), undefined],
  ])("%s", (_title, declared, name) => {
    expect(findLift([declared], rewrite, Date.parse("2026-11-22T00:00:00Z"))).toBe(name);
  });
});

test.each([
  ["the first failure", 1, 60_000, 1000],
  ["the fourth failure", 4, 60_000, 8000],
  ["many failures of a slow source", 30, 600_000, 300_000],
  ["many failures of a fast source", 30, 2000, 4000],
])("after %s it waits", (_what, failures, interval, ms) => expect(backOffMs(failures, interval, 0.5)).toBe(ms));

test.each([
  [undefined, { head: true }],
  ["HEAD", { head: true }],
  ["main", { branch: "main" }],
  ["refs/heads/main", { branch: "refs/heads/main" }],
  ["refs/tags/v1", { tag: "refs/tags/v1" }],
  ["a".repeat(40), { commit: "a".repeat(40) }],
])("the fleet ref %j follows %j", (text, ref) => expect(refOfOption(text)).toEqual(ref));

test.each([
  [{ head: true }, "branch"],
  [{ branch: "main" }, "branch"],
  [{ tag: "v1" }, "tag"],
  [{ commit: "a".repeat(40) }, "commit"],
] as const)("the ref %j may move as a %s", (ref, kind) => expect(kindOf(ref)).toBe(kind));

describe("the source of a Repository", () => {
  const spec = { url: "https://git.example/shop", ref: { head: true }, intervalMs: 60_000 } as const;
  const declared = {
    kind: "Repository",
    metadata: { name: "shop", labels: {} },
    file: "a.yaml",
    changedAt: 1,
    spec,
  } as const;
  test.each([
    ["has no credentials where none are declared", undefined, { kind: "none" }],
    [
      "has a key of a secret",
      { name: "git", key: "token", username: "bot" },
      { kind: "secret", name: "git", key: "token", username: "bot" },
    ],
    [
      "has a directory of well-known files",
      { name: "git", username: "git" },
      { kind: "secret", name: "git", key: undefined, username: "git" },
    ],
  ])("%s", (_title, credentials, at) => {
    const repository = credentials === undefined ? declared : { ...declared, spec: { ...spec, credentials } };
    expect(sourceOf(repository)).toEqual({ id: "shop", ...spec, credentials: at });
  });
});
