import { ApplyResult } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { systemClock } from "@evenkeel/machine";
import { controlPlaneAvailable, eventually, startControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";

const GROUP = "admissionregistration.k8s.io";
const signal = AbortSignal.timeout(400_000);

const configMap = (name: string, a: number): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: String(a) } }) as unknown as KubeObject;
const webhooks = (over: JsonObject): KubeObject =>
  ({
    apiVersion: `${GROUP}/v1`,
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "guard" },
    webhooks: [
      {
        name: "guard.example.com",
        clientConfig: { url: "https://127.0.0.1:1/" },
        rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        failurePolicy: "Fail",
        ...over,
      },
    ],
  }) as unknown as KubeObject;
const notOurs = {
  matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["evenkeel-system"] }],
};

describe.skipIf(!controlPlaneAvailable)(
  "a webhook of Git that refuses our anchors too, on a real nats-server and kube-apiserver",
  { timeout: 180_000 },
  () => {
    test.each<[string, readonly KubeObject[]]>([
      ["ignores that it does not answer", [webhooks({ failurePolicy: "Ignore" })]],
      ["leaves out our namespace", [webhooks({ namespaceSelector: notOurs })]],
      ["is gone", []],
    ])("is repaired by the commit after which it %s, and nothing else is written before", async (_title, repaired) => {
      await using controlPlane = await startControlPlane();
      await using story = await startStory({ controlPlane });
      let passed = 0;
      const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + passed };
      const [guard, rest] = ["guard", configMap("rest", 1)];
      await story.declare(guard, { allowedClusterKinds: ["*"] });
      await story.start({ clock });
      const at = (seq: number, result: ApplyResult, from: number) =>
        story.finished(guard, (fact) => fact.version?.sources[0]?.seq === BigInt(seq) && fact.result === result, from);
      await story.desire(guard, [rest, webhooks({ failurePolicy: "Ignore" })], 1);
      await at(1, ApplyResult.APPLIED, 0);
      await story.desire(guard, [rest, webhooks({})], 2);
      await at(2, ApplyResult.APPLIED, 0);
      const secret = (n: number): KubeObject =>
        ({ apiVersion: "v1", kind: "Secret", metadata: { name: `s-${n}` } }) as unknown as KubeObject;
      // Refused for half a minute by the clock of the applier.
      let seq = 2;
      const held = await eventually(
        async () => {
          passed += 31_000;
          const from = story.heard.length;
          await story.desire(guard, [rest, secret((seq += 1)), webhooks({})], seq);
          const fact = await story.finished(guard, ({ version }) => version?.sources[0]?.seq === BigInt(seq), from);
          expect(fact.result).toBe(ApplyResult.HELD);
          return fact;
        },
        { timeoutMs: 60_000, intervalMs: 500 },
      );
      expect(held.reason).toMatchObject({
        code: "AuditUnavailable",
        message: expect.stringMatching(/^the anchor on cluster local cannot be written: .*guard\.example\.com/),
        remedy:
          "mend guard.example.com, or have it leave out namespace evenkeel-system: a commit that loosens it so is applied all the same",
      });
      expect(await story.live(secret(seq))).toBeUndefined();
      const from = story.heard.length;
      await story.desire(guard, [rest, secret(1_000), ...repaired], 1_000);
      const first = await story.finished(guard, ({ version }) => version?.sources[0]?.seq === 1_000n, from);
      expect(first.result).toBe(ApplyResult.HELD);
      const isDone = () =>
        story.heard.slice(from).some(({ unit, result }) => unit?.app === guard && result === ApplyResult.APPLIED);
      await eventually(isDone, { timeoutMs: 60_000, signal });
      expect(await story.live(secret(1_000))).toBeDefined();
    });
  },
);
