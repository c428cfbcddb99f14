import { ApplyResult } from "@evenkeel/contracts";
import { FIELD_MANAGER } from "@evenkeel/resource";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];

describe.skipIf(!controlPlaneAvailable)(
  "fields that a controller owns by contract, on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    beforeAll(async () => {
      story = await startStory();
      await story.start();
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });

    const role = (label: string): KubeObject => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: `${story.namespace}-all`, labels: { label } },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: "of" } }] },
      rules: [],
    });
    const webhooks = (label: string): KubeObject => ({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      metadata: { name: `${story.namespace}-all`, labels: { label } },
      webhooks: [
        {
          name: "a.example.com",
          clientConfig: { url: "https://127.0.0.1:1/", caBundle: "Cg==" },
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          rules: [],
        },
      ],
    });
    const caBundle = Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64");

    test.each<[string, string, (label: string) => KubeObject, (live: KubeObject) => KubeObject, JsonObject, string]>([
      [
        "the aggregation controller its rules",
        "aggregated",
        role,
        ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata: { name: metadata.name }, rules }),
        { rules },
        "f:rules",
      ],
      [
        "an injector its certificate, where a manifest only has the place for it",
        "injected",
        webhooks,
        ({ apiVersion, kind, metadata }) => ({
          apiVersion,
          kind,
          metadata: { name: metadata.name },
          webhooks: [{ name: "a.example.com", clientConfig: { caBundle } }],
        }),
        { webhooks: [{ clientConfig: { caBundle } }] },
        "f:caBundle",
      ],
    ])("leave %s: no conflict, and none of it owned by us", async (_title, app, desired, theirs, wanted, field) => {
      await story.declare(app, { allowedClusterKinds: ["*"] });
      await story.desire(app, [desired("one")], 1);
      const first = await story.finished(app);
      expect(first.result).toBe(ApplyResult.APPLIED);
      // As the controller does it: an apply of its own, with force.
      const made = (await story.kube.getObject(
        {
          group: desired("one").apiVersion.split("/")[0] ?? "",
          kind: desired("one").kind,
          namespace: "",
          name: `${story.namespace}-all`,
        },
        {},
        AbortSignal.timeout(10_000),
      ))!;
      const options = { object: theirs(made), force: true, dryRun: false, manager: "controller" };
      await story.kube.serverSideApply(options, AbortSignal.timeout(10_000));
      await story.desire(app, [desired("two")], 2);
      const fact = await story.finished(app, ({ version }) => version?.sources[0]?.seq === 2n);
      expect(fact).toMatchObject({ result: ApplyResult.APPLIED, updated: 1 });
      const live = (await story.kube.serverSideApply({ ...options, dryRun: true }, AbortSignal.timeout(10_000))).object;
      expect(live).toMatchObject({ ...wanted, metadata: { labels: { label: "two" } } });
      const owned = live.metadata.managedFields?.find(({ manager }) => manager === FIELD_MANAGER)?.["fieldsV1"];
      expect(JSON.stringify(owned)).not.toContain(field);
    });
  },
);
