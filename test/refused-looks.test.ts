import { EntryKind, Sync, Verdict } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { DriftWorld } from "./drift-world.ts";
import { editLive } from "./edit-live.ts";
import { useDriftWorld } from "./use-drift-world.ts";

const never = new AbortController().signal;
const GROUP = "admissionregistration.k8s.io";
const configMap = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { value: "git" },
});

const rule = (operations: readonly string[]): JsonObject => ({
  apiGroups: [""],
  apiVersions: ["v1"],
  operations: [...operations],
  resources: ["configmaps"],
});
const named = (name: string): readonly JsonObject[] => [
  { name: "one", expression: `object.metadata.name == "${name}"` },
];

/** Refuses what our applies would change of this ConfigMap, and lets everybody else's pass. */
const policy = (name: string): readonly KubeObject[] => [
  {
    apiVersion: `${GROUP}/v1`,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: { resourceRules: [rule(["UPDATE"])] },
      matchConditions: [...named(name)],
      validations: [{ expression: 'request.options.fieldManager != "evenkeel"', message: "frozen until Monday" }],
    },
  },
  {
    apiVersion: `${GROUP}/v1`,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name },
    spec: { policyName: name, validationActions: ["Deny"] },
  },
];

/** A webhook that nobody answers. */
const deadWebhook = (name: string): readonly KubeObject[] => [
  {
    apiVersion: `${GROUP}/v1`,
    kind: "ValidatingWebhookConfiguration",
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        clientConfig: { url: "https://127.0.0.1:1/" },
        rules: [rule(["UPDATE"])],
        matchConditions: [
          {
            name: "one",
            expression: `object.metadata.name == "${name}" && request.options.fieldManager == "evenkeel"`,
          },
        ],
      },
    ],
  },
];

describe.skipIf(!controlPlaneAvailable)("drift that cannot be confirmed, on a real kube-apiserver", () => {
  let world: DriftWorld;
  let app = "";
  useDriftWorld(
    (count) => `unsure-${count}-${Date.now()}`,
    (opened, name) => {
      world = opened;
      app = name;
    },
  );
  const standing = () => world.said.health.findLast(({ unit }) => unit?.app === app);
  const valueOf = async (name: string): Promise<unknown> =>
    ((await world.live(configMap(name)))?.["data"] as Record<string, unknown> | undefined)?.["value"];
  const admin = async (object: KubeObject): Promise<void> =>
    void (await world.kube.serverSideApply({ object, force: true, dryRun: false, manager: "test" }, never));
  const remove = async ({ apiVersion, kind, metadata }: KubeObject): Promise<void> => {
    const [group = ""] = apiVersion.split("/");
    const ref = { group, kind, namespace: "", name: metadata.name };
    const uid = (await world.kube.getObject(ref, {}, never))?.metadata.uid ?? "";
    await world.kube.deleteObject(ref, { uid }, {}, never);
  };
  /** Whether our apply of the ConfigMap is refused now: admission objects are in force some moments after they were written. */
  const isRefused = async (name: string): Promise<boolean> => {
    const object = { ...configMap(name), metadata: { name, namespace: world.namespace } };
    const change = { ...object, data: { value: "asked" } };
    try {
      await world.kube.serverSideApply({ object: change, force: true, dryRun: true }, never);
      return false;
    } catch {
      return true;
    }
  };

  test.each<[string, (name: string) => readonly KubeObject[], RegExp]>([
    ["a policy", policy, /dry-run was refused: .*frozen until Monday/],
    ["a webhook that nobody answers", deadWebhook, /dry-run was refused: .*failed calling webhook/],
  ])(
    "refused by %s is told with that cause, and put back once it is gone, without another event",
    async (_title, refusal, cause) => {
      await world.desire(app, [configMap(app)], 1);
      await eventually(() => standing()?.sync === Sync.SYNCED, { timeoutMs: 20_000 });
      for (const object of refusal(app)) await admin(object);
      await eventually(() => isRefused(app), { timeoutMs: 20_000 });
      await editLive(world, configMap(app), { data: { value: "hand" } });
      const edited = (await world.live(configMap(app)))?.metadata.resourceVersion;
      await eventually(() => cause.test(standing()?.message ?? ""), { timeoutMs: 40_000 });
      expect(standing()?.sync).toBe(Sync.UNKNOWN);
      const told = world.said.drift.findLast(({ unit }) => unit?.app === app)?.findings[0];
      expect(told).toMatchObject({ verdict: Verdict.UNVERIFIABLE, detail: expect.stringMatching(cause) });
      expect(await valueOf(app)).toBe("hand");
      expect((await world.live(configMap(app)))?.metadata.resourceVersion).toBe(edited);
      for (const object of refusal(app)) await remove(object);
      await eventually(async () => (await valueOf(app)) === "git", { timeoutMs: 60_000 });
      const drift = world.said.drift.findLast(({ unit }) => unit?.app === app)?.findings[0];
      expect(drift).toMatchObject({ verdict: Verdict.DRIFT, fields: [{ path: "data.value", live: '"hand"' }] });
      expect(drift?.onset).toEqual(told?.onset);
      await eventually(() => standing()?.sync === Sync.SYNCED, { timeoutMs: 20_000 });
      const outcomes = (await world.ledger(app)).filter(({ kind }) => kind === EntryKind.OUTCOME);
      expect(outcomes.map(({ units }) => units[0]?.result)).toEqual(["applied", "corrected"]);
    },
    180_000,
  );
});
