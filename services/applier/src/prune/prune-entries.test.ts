import { ApplyResult } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const signal = AbortSignal.timeout(120_000);
const configMap = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { a: "MQ==" },
});
const template = (config: string) => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "web", image: "web", envFrom: [{ configMapRef: { name: config } }] }] },
});
const replicaSet = (name: string, config: string, replicas = 1): KubeObject =>
  ({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name },
    spec: { replicas, selector: { matchLabels: { app: "web" } }, template: template(config) },
  }) as unknown as KubeObject;
const job = (name: string, secret: string): KubeObject =>
  ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      suspend: true,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "web", image: "web", envFrom: [{ secretRef: { name: secret } }] }],
        },
      },
    },
  }) as unknown as KubeObject;
const pod = (name: string, secret: string): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: "web", image: "web" }],
      volumes: [{ name: "v", projected: { sources: [{ secret: { name: secret } }] } }],
    },
  }) as unknown as KubeObject;
const isAt =
  (seq: bigint) =>
  (fact: ApplyFinished): boolean =>
    fact.version?.sources[0]?.seq === seq;

describe.skipIf(!controlPlaneAvailable)(
  "entries that left desired, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    beforeAll(async () => {
      story = await startStory();
      await story.start();
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });
    const create = async (object: KubeObject): Promise<KubeObject> => {
      const placed = { ...object, metadata: { namespace: story.namespace, ...object.metadata } };
      const options = { object: placed, force: true, dryRun: false, manager: "someone" };
      return (await story.kube.serverSideApply(options, signal)).object;
    };
    const remove = async (object: KubeObject): Promise<void> => {
      const live = (await story.live(object))!;
      const { uid = "", resourceVersion = "" } = live.metadata;
      const [group = "", kind] = object.apiVersion.includes("/")
        ? [object.apiVersion.split("/")[0], object.kind]
        : ["", object.kind];
      const ref = { group, kind, namespace: live.metadata.namespace ?? "", name: object.metadata.name };
      await story.kube.deleteObject(ref, { uid, resourceVersion }, {}, signal);
    };

    test("are dropped where their kind is gone with its CustomResourceDefinition, and do not keep the others", async () => {
      const group = `${story.namespace}.example.com`;
      const crd = {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `gadgets.${group}` },
        spec: {
          group,
          scope: "Namespaced",
          names: { plural: "gadgets", singular: "gadget", kind: "Gadget", listKind: "GadgetList" },
          versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
        },
      } as unknown as KubeObject;
      const anywhere = { ...crd, metadata: { ...crd.metadata } };
      await story.kube.serverSideApply({ object: anywhere, force: true, dryRun: false, manager: "someone" }, signal);
      await story.declare("gone-kind");
      const gadget = { apiVersion: `${group}/v1`, kind: "Gadget", metadata: { name: "one" } } as KubeObject;
      await story.desire("gone-kind", [gadget, configMap("gone-kind-a"), configMap("gone-kind-b")], 1);
      await story.finished("gone-kind", ({ result }) => result === ApplyResult.APPLIED);
      const ref = {
        group: "apiextensions.k8s.io",
        kind: "CustomResourceDefinition",
        namespace: "",
        name: crd.metadata.name,
      };
      const made = (await story.kube.getObject(ref, {}, signal))!;
      const { uid = "", resourceVersion = "" } = made.metadata;
      await story.kube.deleteObject(ref, { uid, resourceVersion }, {}, signal);
      await eventually(async () => (await story.kube.getObject(ref, {}, signal)) === undefined);
      await eventually(async () => {
        await story.kube.discovery.refresh(signal);
        return story.kube.discovery.resolve(group, "Gadget") === undefined;
      });
      await story.desire("gone-kind", [configMap("gone-kind-a")], 2);
      await eventually(async () => (await story.inventory("gone-kind"))?.items.length === 1, { timeoutMs: 30_000 });
      expect(await story.live(configMap("gone-kind-b"))).toBeUndefined();
    });

    test.each([
      ["a ReplicaSet names", "ConfigMap", replicaSet("naming", "naming-settings-5t6g9b2k4m")],
      ["a ReplicaSet of an older revision names", "ConfigMap", replicaSet("older", "older-settings-5t6g9b2k4m", 0)],
      ["a Pod names", "Secret", pod("volume", "volume-settings-5t6g9b2k4m")],
      ["a Job without a Pod at the moment names", "Secret", job("waiting", "waiting-settings-5t6g9b2k4m")],
    ])("are kept while %s the %s by its hashed name, and deleted once nothing does", async (_title, kind, by) => {
      const app = by.metadata.name;
      const object = (hash: string): KubeObject => ({ ...configMap(`${app}-settings-${hash}`), kind }) as KubeObject;
      await story.declare(app);
      await story.desire(app, [object("5t6g9b2k4m")], 1);
      await story.finished(app);
      await create(by);
      await story.desire(app, [object("6b2k4m5t9g")], 2);
      const parked = await story.finished(app, (fact) => isAt(2n)(fact) && fact.parked.length > 0);
      expect(parked.parked[0]?.reason).toMatchObject({
        code: "PruneUnproven",
        message: expect.stringContaining(`${by.kind} ${story.namespace}/${app} still names it`),
        remedy: "nothing: it is deleted once no ReplicaSet, Pod or unfinished Job names it",
      });
      expect(await story.live(object("5t6g9b2k4m"))).toBeDefined();
      // The remedy.
      await remove(by);
      await eventually(async () => (await story.live(object("5t6g9b2k4m"))) === undefined, { timeoutMs: 30_000 });
    });

    test("use up no budget where a generator only made them anew", async () => {
      await story.declare("generated");
      const hashed = (hash: string): readonly KubeObject[] =>
        ["one", "two", "three"].map((name) => configMap(`generated-${name}-${hash}`));
      await story.desire("generated", hashed("5t6g9b2k4m"), 1);
      await story.finished("generated");
      await story.desire("generated", hashed("6b2k4m5t9g"), 2);
      await story.finished("generated", ({ deleted }) => deleted === 3);
      // Removed generators still do.
      await story.desire("generated", hashed("6b2k4m5t9g").slice(0, 1), 3);
      const parked = await story.finished("generated", (fact) => isAt(3n)(fact) && fact.parked.length > 0);
      expect(parked.parked.map(({ reason }) => reason?.code)).toEqual(["PruneBudget", "PruneBudget"]);
    });

    /** One Event by its two groups. */
    const eventOf = (name: string, apiVersion: "v1" | "events.k8s.io/v1"): KubeObject => {
      const about = { apiVersion: "v1", kind: "Pod", name: "p", namespace: story.namespace };
      const said = { reason: "x", type: "Normal", action: "a", eventTime: "2026-01-01T00:00:00.000000Z" };
      const words =
        apiVersion === "v1"
          ? { involvedObject: about, message: "m", reportingComponent: "a/b" }
          : { regarding: about, note: "m", reportingController: "a/b" };
      const metadata = { name };
      return {
        apiVersion,
        kind: "Event",
        metadata,
        ...said,
        ...words,
        reportingInstance: "c",
      } as unknown as KubeObject;
    };
    test("an object that is written by another group of its kind from now on is not deleted", async () => {
      const app = "regrouped";
      const both = [eventOf(app, "v1"), eventOf(app, "events.k8s.io/v1")] as const;
      await story.declare(app);
      await story.desire(app, [configMap(app), both[1]], 1);
      expect(await story.finished(app, isAt(1n))).toMatchObject({ result: ApplyResult.APPLIED });
      const uid = (await story.live(both[0]))?.metadata.uid;
      await story.desire(app, [configMap(app), both[0]], 2);
      expect(await story.finished(app, isAt(2n))).toMatchObject({
        result: ApplyResult.APPLIED,
        deleted: 0,
        parked: [],
      });
      expect((await story.live(both[0]))?.metadata.uid).toBe(uid);
      expect((await story.inventory(app))?.items.map(({ ref }) => `${ref?.group}/${ref?.kind}`)).toEqual(
        expect.arrayContaining(["/ConfigMap", "/Event"]),
      );
      await story.desire(app, both, 3);
      const refused = await story.finished(app, isAt(3n));
      expect(refused.failed[0]?.reason?.code ?? refused.reason?.code).toBe("DuplicateObject");
      expect((await story.live(both[0]))?.metadata.uid).toBe(uid);
      // It is deleted once neither is wanted.
      await story.desire(app, [configMap(app)], 4);
      expect(await story.finished(app, isAt(4n))).toMatchObject({ result: ApplyResult.APPLIED, deleted: 1 });
      expect(await story.live(both[0])).toBeUndefined();
    });
  },
);
