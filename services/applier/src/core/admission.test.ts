import { DesiredStateChanged } from "@evenkeel/contracts";
import type { Application, Cluster } from "@evenkeel/declarations";
import { expect, test } from "vitest";

import { overwriteDenied, decideIdentity, statementRefused, writes } from "./admission.ts";

const appOf = (spec: object): Application => ({ metadata: { name: "web" }, spec }) as unknown as Application;
const clusterOf = (allowConnectionIdentity: boolean): Cluster =>
  ({ metadata: { name: "prod" }, spec: { tenancy: { allowConnectionIdentity } } }) as unknown as Cluster;
const unit = { cluster: "prod", app: "web", appUid: "u" };

test.each([
  ["a service account, which is acted as", { serviceAccount: "shop/web" }, false, "system:serviceaccount:shop:web"],
  ["none, where the connection may act", {}, true, undefined],
  ["none, where the connection may not", {}, false, "refused"],
  ["half a service account, also where the connection may act", { serviceAccount: "shop/" }, true, "refused"],
] as const)("an app declares %s", (_title, spec, allowed, expected) => {
  const decided = decideIdentity(appOf(spec), clusterOf(allowed));
  expect("refused" in decided ? "refused" : decided.as.impersonate).toBe(expected);
});

test.each([
  ["wanted", false, "orphan", true],
  ["removed with its objects", true, "delete", true],
  ["removed without them", true, "orphan", false],
] as const)("an app that is %s writes or not", (_title, removed, deletionPolicy, expected) => {
  expect(writes({ removed }, appOf({ deletionPolicy }))).toBe(expected);
});

test.each([
  ["is of another repository than is declared", { source: "theirs" }, "it is made of theirs, declared is ours"],
  ["carries no statement", {}, ""],
  ["is removed, carries none, and takes its objects along", { removed: true }, ""],
] as const)("a desired that %s is refused", (_title, change, words) => {
  const fact = { ...DesiredStateChanged.fromPartial({ source: "ours", revision: "abc", ...change }), unit };
  const app = appOf({ repository: "ours", deletionPolicy: "delete" });
  const refused = statementRefused(fact, app, () => true);
  expect(refused?.code).toBe("SignatureRefused");
  expect(refused?.message).toContain(`web at commit abc: ${words}`);
});

test("a desired that only orphans needs no statement", () => {
  const fact = { ...DesiredStateChanged.fromPartial({ source: "ours", removed: true }), unit };
  expect(statementRefused(fact, appOf({ repository: "ours", deletionPolicy: "orphan" }), () => false)).toBeUndefined();
});

test.each([
  ["none was ever found", undefined, false],
  ["it is open", { digest: "d", findingCount: 2 }, true],
  ["it has ended", { digest: "d", findingCount: 0 }, false],
  ["it was found against other content", { digest: "e", findingCount: 2 }, false],
] as const)("held drift: %s", (_title, last, held) => {
  const reason = overwriteDenied({ unit }, "d", last);
  expect(reason?.message).toBe(held ? "web was changed on prod by others (2 objects), and drift is held" : undefined);
});
