import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { ApplyResult } from "@evenkeel/contracts";
import { refOf } from "@evenkeel/resource";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { AppOptions } from "../story/story-declarations.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";
import { startStory } from "../story/story.fixture.ts";

const never = new AbortController().signal;
const ARGO = { labels: { "argocd.argoproj.io/instance": "shop" } };
const LATER = { annotations: { "argocd.argoproj.io/sync-wave": "1" } };
const GATE = "test/appeared";
const gate = (name: string): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${name}-gate`, labels: { [GATE]: "yes" } },
  }) as KubeObject;
const hooked = (port: number): KubeObject =>
  ({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: `appeared-${port}` },
    webhooks: [
      {
        name: "appeared.example.com",
        clientConfig: { url: `https://127.0.0.1:${port}/` },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
        objectSelector: { matchLabels: { [GATE]: "yes" } },
        failurePolicy: "Ignore",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
      },
    ],
  }) as unknown as KubeObject;

interface Case {
  readonly declared: AppOptions;
  /** What is there when the plan is made; what somebody makes before it is written. */
  readonly seen?: JsonObject;
  readonly appears: JsonObject;
  readonly marks?: object;
}

describe.skipIf(!controlPlaneAvailable)(
  "an object that appears between plan and write, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let meanwhile: (() => Promise<void>) | undefined;
    let count = 0;
    /** A webhook that answers nothing, and that nobody minds: whoever is asked about waits until it hangs up. */
    const webhook = createServer((socket) => {
      socket.on("error", () => {});
      const now = meanwhile;
      meanwhile = undefined;
      void (now?.() ?? Promise.resolve()).finally(() => socket.destroy());
    });
    let asked = 0;
    beforeAll(async () => {
      story = await startStory();
      await story.start();
      webhook.on("connection", () => (asked += 1));
      await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
      const { port } = webhook.address() as AddressInfo;
      await story.kube.serverSideApply({ object: hooked(port), force: true, dryRun: false, manager: "test" }, never);
      const probe = { ...gate("probe"), metadata: { ...gate("probe").metadata, namespace: story.namespace } };
      await eventually(async () => {
        await story.kube.createObject({ object: probe, dryRun: true }, never);
        return asked > 0;
      });
    }, 120_000);
    afterAll(async () => {
      webhook.close();
      await story?.[Symbol.asyncDispose]();
    });

    const write = async (given: KubeObject): Promise<KubeObject> => {
      const object = { ...given, metadata: { ...given.metadata, namespace: story.namespace } };
      const options = { object, force: true, dryRun: false, manager: "kubectl" };
      return (await story.kube.serverSideApply(options, never)).object;
    };
    const remove = async (given: KubeObject): Promise<void> => {
      const { uid = "" } = given.metadata;
      await story.kube.deleteObject(refOf(given), { uid }, {}, never);
    };
    /** Desires an object in a later wave than a gate, of which the webhook is asked: the plan is made by then. */
    const run = async ({ declared, seen, appears, marks = LATER }: Case) => {
      const app = `appeared-${(count += 1)}-${Date.now() % 100_000}`;
      await story.declare(app, declared);
      const of = (data: JsonObject, metadata: object = {}): KubeObject =>
        ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: app, ...metadata }, data }) as KubeObject;
      const before = seen === undefined ? undefined : await write(of(seen, LATER));
      let appeared: KubeObject | undefined;
      meanwhile = async () => {
        if (before !== undefined) await remove(before);
        appeared = await write(of(appears, marks));
      };
      await story.desire(app, [gate(app), of({ a: "1" }, LATER)], 1);
      const fact = await story.finished(app);
      expect(appeared).toBeDefined();
      return { fact, appeared, live: await story.live(of({})) };
    };

    test.each<[string, Case, string]>([
      [
        "where the name was free, though no field of it differs",
        { declared: { drift: "correct" }, appears: { b: "theirs" } },
        "written by kubectl",
      ],
      [
        "where the name was free, though fields in dispute are taken",
        { declared: { drift: "correct", onConflict: "take" }, appears: { a: "theirs" } },
        "written by kubectl",
      ],
      [
        "where another was to be adopted, and this is not equal",
        { declared: { drift: "correct", adopt: "if-equal" }, seen: { a: "1" }, appears: { a: "theirs" } },
        "differs from what is desired in data.a",
      ],
      [
        "where another was to be migrated, and this is Argo CD's",
        { declared: { drift: "correct", adopt: "migrate" }, seen: { a: "0" }, appears: { a: "0" }, marks: ARGO },
        "Argo CD manages it",
      ],
    ])("is left as it is %s", async (_title, given, because) => {
      const { fact, appeared, live } = await run(given);
      expect({ result: fact.result, code: fact.reason?.code }).toEqual({
        result: ApplyResult.FAILED,
        code: "OwnershipConflict",
      });
      expect(fact.reason?.message).toContain(because);
      expect(live).toEqual(appeared);
    });

    test.each<[string, Case]>([
      ["free before, taken over", { declared: { adopt: "takeover" }, appears: { a: "theirs", b: "theirs" } }],
      ["free before, and equal", { declared: { adopt: "if-equal" }, appears: { a: "1" } }],
      ["another before, migrated", { declared: { adopt: "migrate" }, seen: { a: "0" }, appears: { a: "2", b: "2" } }],
    ])("is taken as the rules of adoption say: %s", async (_title, given) => {
      const { fact, appeared, live } = await run(given);
      expect(fact.result).toBe(ApplyResult.APPLIED);
      expect(live?.metadata.uid).toBe(appeared?.metadata.uid);
      expect(live?.["data"]).toEqual({ a: "1" });
    });
  },
);
