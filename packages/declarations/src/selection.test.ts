import { createHash } from "node:crypto";

import { describe, expect, test } from "vitest";

import { appUid } from "./app-uid.ts";
import { parseDurationMs } from "./duration.ts";
import type { DeclarationSet } from "./declaration-set.ts";
import type { LabelSelector } from "./kinds.ts";
import { parseFleet } from "./parse-fleet.ts";
import { stampSeq } from "./stamp-seq.ts";
import { matchesSelector, targetsOf } from "./targets-of.ts";

const set = (text: string): DeclarationSet =>
  parseFleet([{ path: "f.yaml", bytes: new TextEncoder().encode(text) }]).set;
const fleet = (branch: string, drift: string): DeclarationSet =>
  set(`apiVersion: evenkeel.dev/v1alpha1
kind: Repository
metadata: {name: shop}
spec: {url: https://git.example.org/shop.git, ref: {branch: ${branch}}}
---
apiVersion: evenkeel.dev/v1alpha1
kind: Cluster
metadata: {name: prod-eu, labels: {env: prod}}
spec: {connection: {inCluster: {}}}
---
apiVersion: evenkeel.dev/v1alpha1
kind: Cluster
metadata: {name: test, labels: {env: test}}
spec: {connection: {kubeconfigSecretRef: {name: test, key: kubeconfig}}}
---
apiVersion: evenkeel.dev/v1alpha1
kind: Application
metadata: {name: web}
spec:
  {repository: shop, path: ., drift: ${drift}, targets: {clusterSelector: {matchLabels: {env: prod}}}}
`);
const selector = (part: Partial<LabelSelector>): LabelSelector => ({ matchLabels: {}, matchExpressions: [], ...part });

describe("a label selector", () => {
  const labels = { env: "prod", zone: "eu" };
  test.each([
    ["is empty: all match", selector({}), true],
    ["names equal labels", selector({ matchLabels: { env: "prod" } }), true],
    ["names another value", selector({ matchLabels: { env: "test" } }), false],
    ["names what every object inherits", selector({ matchLabels: { toString: "x" } }), false],
    ["lists the value", selector({ matchExpressions: [{ key: "zone", operator: "In", values: ["us", "eu"] }] }), true],
    ["excludes the value", selector({ matchExpressions: [{ key: "zone", operator: "NotIn", values: ["eu"] }] }), false],
    [
      "excludes on a label that is absent",
      selector({ matchExpressions: [{ key: "x", operator: "NotIn", values: ["y"] }] }),
      true,
    ],
    [
      "wants a label that is there",
      selector({ matchExpressions: [{ key: "zone", operator: "Exists", values: [] }] }),
      true,
    ],
    [
      "wants a label to be absent",
      selector({ matchExpressions: [{ key: "zone", operator: "DoesNotExist", values: [] }] }),
      false,
    ],
  ])("%s", (_what, wanted, matches) => expect(matchesSelector(labels, wanted)).toBe(matches));

  test("names the clusters of an application", () => {
    const { applications, clusters } = fleet("main", "correct");
    expect(applications.map((application) => targetsOf(application, clusters))).toEqual([["prod-eu"]]);
  });
});

describe("the seq of a declaration", () => {
  const first = stampSeq(fleet("main", "correct"), undefined, 1);
  const seqs = ({ repositories, applications }: DeclarationSet) => [
    repositories[0]?.changedAt,
    applications[0]?.changedAt,
    applications[0]?.selectedAt,
  ];

  test.each([
    ["stays where nothing changed", fleet("main", "correct"), [1, 1, 1]],
    ["moves with a policy, but not the selection", fleet("main", "report"), [1, 5, 1]],
    ["moves the selection with the Git ref of its repository", fleet("stable", "correct"), [5, 1, 5]],
  ])("%s", (_what, next, expected) => expect(seqs(stampSeq(next, first, 5))).toEqual(expected));

  test("is a new one for what was numbered before the bus was lost, though nothing changed", () => {
    expect(seqs(stampSeq(fleet("main", "correct"), first, 9, 8))).toEqual([9, 9, 9]);
    expect(seqs(stampSeq(fleet("main", "correct"), stampSeq(first, undefined, 9), 12, 8))).toEqual([9, 9, 9]);
  });
});

test("an application's UID is the first half of a SHA-256 over installation, NUL and id", () => {
  const expected = createHash("sha256").update(Buffer.from("inst\0web")).digest("hex").slice(0, 32);
  expect(appUid("inst", "web")).toBe(expected);
  expect(appUid("inst", "web")).not.toBe(appUid("ins", "tweb"));
});

test.each([
  ["5s", 5000],
  ["1h30m", 5_400_000],
  ["250ms", 250],
  ["5", undefined],
  ["5 s", undefined],
  ["", undefined],
  ["-5s", undefined],
])("a duration of %j is %s ms", (text, ms) => expect(parseDurationMs(text)).toBe(ms));
