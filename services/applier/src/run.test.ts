import { ApplyResult, DriftDetected, DriftResolved, EntryKind, flows } from "@evenkeel/contracts";
import { APP_LABEL, OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { recordingTelemetry, rootOf } from "@evenkeel/telemetry";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { configMap } from "./story/config-map.fixture.ts";
import { startStory } from "./story/story.fixture.ts";
import type { Story } from "./story/story-parts.fixture.ts";

describe.skipIf(!controlPlaneAvailable)(
  "the applier on a real nats-server and kube-apiserver",
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

    test("makes a desired live, with intent and outcome in the ledger and the answers in the inventory", async () => {
      await story.declare("first");
      await story.desire("first", [configMap("first-a"), configMap("first-b")], 5);
      const fact = await story.finished("first");
      expect(fact).toMatchObject({ result: ApplyResult.APPLIED, created: 2, failed: [], notTried: 0 });
      const live = await story.live(configMap("first-a"));
      expect(live?.metadata.labels?.[APP_LABEL]).toBe(story.unit("first").appUid);
      expect(live?.metadata.annotations?.[OWN_ANNOTATIONS.seq]).toBe("100"); // the largest of the version
      const inventory = await story.inventory("first");
      expect(inventory).toMatchObject({ complete: true, digest: fact.digest });
      expect(inventory?.items.map(({ uid, record }) => [uid, record?.resourceVersion])).toContainEqual([
        live?.metadata.uid,
        live?.metadata.resourceVersion,
      ]);
      const ledger = await story.ledger("first");
      const kinds = ledger
        .filter(({ units, kind }) => kind === EntryKind.TAKEOVER || units.length > 0)
        .map(({ kind }) => kind);
      expect(kinds).toEqual([EntryKind.TAKEOVER, EntryKind.INTENT, EntryKind.OUTCOME]);
    });

    test("writes nothing for the same content at a newer version", async () => {
      await story.declare("quiet");
      await story.desire("quiet", [configMap("quiet-a")], 1);
      await story.finished("quiet");
      const before = await story.live(configMap("quiet-a"));
      await story.desire("quiet", [configMap("quiet-a")], 2);
      const fact = await story.finished("quiet", ({ version }) => version?.sources[0]?.seq === 2n);
      expect(fact).toMatchObject({ result: ApplyResult.UNCHANGED, unchanged: 1, updated: 0 });
      expect((await story.live(configMap("quiet-a")))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
      expect((await story.inventory("quiet"))?.version?.sources).toEqual([{ source: "app", seq: 2n }]);
    });

    test("changes only the object that changed", async () => {
      await story.declare("change");
      await story.desire("change", [configMap("change-a"), configMap("change-b")], 1);
      await story.finished("change");
      const before = await story.live(configMap("change-b"));
      await story.desire("change", [configMap("change-a", { a: "2" }), configMap("change-b")], 2);
      const fact = await story.finished("change", ({ version }) => version?.sources[0]?.seq === 2n);
      expect(fact).toMatchObject({ result: ApplyResult.APPLIED, updated: 1, unchanged: 1 });
      expect((await story.live(configMap("change-a")))?.["data"]).toEqual({ a: "2" });
      expect((await story.live(configMap("change-b")))?.metadata.resourceVersion).toBe(
        before?.metadata.resourceVersion,
      );
    });

    test("prunes a removed object once the grace time is over, and names it until then", async () => {
      await story.declare("prune", { graceSeconds: 1 });
      await story.desire("prune", [configMap("prune-a"), configMap("prune-b")], 1);
      await story.finished("prune");
      await story.desire("prune", [configMap("prune-a")], 2);
      const parked = await story.finished("prune", (fact) => fact.parked.length > 0);
      expect(parked.parked[0]).toMatchObject({ ref: { name: "prune-b" }, reason: { code: "PruneUnproven" } });
      expect(await story.live(configMap("prune-b"))).toBeDefined();
      const pruned = await story.finished("prune", (fact) => fact.deleted === 1);
      expect(pruned.parked).toEqual([]);
      expect(await story.live(configMap("prune-b"))).toBeUndefined();
      expect((await story.inventory("prune"))?.items.map(({ ref }) => ref?.name)).toEqual(["prune-a"]);
    });

    test("parks a prune over the budget until an Approval names its plan", async () => {
      await story.declare("budget");
      const objects = ["a", "b", "c"].map((name) => configMap(`budget-${name}`));
      await story.desire("budget", objects, 1);
      await story.finished("budget");
      await story.desire("budget", objects.slice(0, 1), 2);
      const parked = await story.finished("budget", (fact) => fact.parked.length === 2);
      expect(parked.parked.map(({ reason }) => reason?.code)).toEqual(["PruneBudget", "PruneBudget"]);
      expect(await story.live(configMap("budget-b"))).toBeDefined();
      await story.approve("budget", parked.planDigest);
      await story.finished("budget", (fact) => fact.deleted === 2);
      expect(await story.live(configMap("budget-b"))).toBeUndefined();
    });

    test("names in a plan for approval only what needs one, while the rest is pruned", async () => {
      await story.declare("protected");
      const claim: KubeObject = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "protected-data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      } as KubeObject;
      const maps = Array.from({ length: 9 }, (_, n) => configMap(`protected-${n}`));
      await story.desire("protected", [claim, ...maps], 1);
      await story.finished("protected");
      await story.desire("protected", maps.slice(1), 2);
      const parked = await story.finished("protected", (fact) => fact.deleted === 1);
      expect(parked.parked).toMatchObject([{ ref: { name: "protected-data" }, reason: { code: "PruneProtected" } }]);
      expect(await story.live(maps[0]!)).toBeUndefined();
      await story.approve("protected", `sha256:${"0".repeat(64)}`);
      const other = await story.finished("protected", ({ parked: [first] }) =>
        /another/.test(`${first?.reason?.remedy}`),
      );
      expect(other.planDigest).toBe(parked.planDigest);
      await story.approve("protected", parked.planDigest);
      await story.finished("protected", (fact) => fact.parked.length === 0 && fact.deleted === 1);
      // The server keeps a claim's finalizer until its controller, which does not run here, takes it off.
      expect((await story.live(claim))?.metadata.deletionTimestamp).toBeDefined();
    });

    test("leaves a foreign object alone and holds the unit before any write", async () => {
      const foreign = {
        ...configMap("foreign-a", { a: "theirs" }),
        metadata: { name: "foreign-a", namespace: story.namespace },
      };
      const options = { object: foreign, force: false, dryRun: false, manager: "someone" };
      await story.kube.serverSideApply(options, AbortSignal.timeout(5_000));
      await story.declare("foreign");
      await story.desire("foreign", [configMap("foreign-a"), configMap("foreign-b")], 1);
      const fact = await story.finished("foreign");
      expect(fact).toMatchObject({ result: ApplyResult.HELD, reason: { code: "OwnershipConflict" } });
      expect(fact.reason?.message).toContain("someone");
      expect((await story.live(configMap("foreign-a")))?.["data"]).toEqual({ a: "theirs" });
      expect(await story.live(configMap("foreign-b"))).toBeUndefined();
    });

    test("does not touch an object whose labels were copied from one of ours", async () => {
      await story.declare("copied");
      await story.desire("copied", [configMap("copied-a")], 1);
      await story.finished("copied");
      const ours = (await story.live(configMap("copied-a")))!;
      const { labels, annotations } = ours.metadata;
      const twin = {
        ...configMap("copied-twin"),
        metadata: { name: "copied-twin", namespace: story.namespace, labels, annotations },
      } as KubeObject;
      const options = { object: twin, force: false, dryRun: false, manager: "operator" };
      await story.kube.serverSideApply(options, AbortSignal.timeout(5_000));
      await story.desire("copied", [configMap("copied-a", { a: "2" })], 2);
      await story.finished("copied", ({ version }) => version?.sources[0]?.seq === 2n);
      expect(await story.live(twin)).toBeDefined();
    });

    test("gives an object to the first of two apps that claim it, and to the second once it is released", async () => {
      await story.declare("owner");
      await story.declare("newcomer");
      await story.desire("owner", [configMap("shared-a"), configMap("owner-b")], 1);
      await story.finished("owner");
      await story.desire("newcomer", [configMap("shared-a", { a: "mine" })], 1);
      const held = await story.finished("newcomer");
      expect(held).toMatchObject({ result: ApplyResult.HELD, reason: { code: "OwnershipConflict" } });
      expect(held.reason?.message).toContain("owner");
      await story.declare("owner", { graceSeconds: 60 });
      await story.desire("owner", [configMap("owner-b")], 2);
      await story.finished("newcomer", ({ result }) => result === ApplyResult.APPLIED);
      const live = await story.live(configMap("shared-a"));
      expect(live?.["data"]).toEqual({ a: "mine" });
      expect(live?.metadata.labels?.[APP_LABEL]).toBe(story.unit("newcomer").appUid);
    });

    test("names a failed object with cause and remedy, and does not try what comes after it", async () => {
      await story.declare("failing");
      const bad = { ...configMap("failing-a"), data: { a: 1 } } as unknown as KubeObject;
      const workload = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "failing-web" },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: "web" } },
          template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web" }] } },
        },
      } as unknown as KubeObject;
      await story.desire("failing", [bad, workload], 1);
      const fact = await story.finished("failing");
      expect(fact).toMatchObject({ result: ApplyResult.FAILED, notTried: 1, reason: { code: "ObjectInvalid" } });
      expect(fact.failed[0]).toMatchObject({ ref: { kind: "ConfigMap", name: "failing-a" } });
      expect(fact.reason?.remedy).not.toBe("");
      expect(await story.live(workload)).toBeUndefined();
      await story.desire("failing", [configMap("failing-a"), workload], 2);
      await story.finished("failing", ({ result }) => result === ApplyResult.APPLIED);
      expect(await story.live(workload)).toBeDefined();
    });

    test("waits for a Namespace that is not there, and goes on once it is", async () => {
      await story.declare("waiting");
      const namespace = `${story.namespace}-late`;
      await story.declare("waiting", { allowedNamespaces: [namespace] });
      const object = { ...configMap("waiting-a"), metadata: { name: "waiting-a", namespace } };
      await story.desire("waiting", [object], 1);
      const fact = await story.finished("waiting");
      expect(fact).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "NamespaceMissing" } });
      const made = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
      await story.kube.serverSideApply(
        { object: made, force: false, dryRun: false, manager: "test" },
        AbortSignal.timeout(5_000),
      );
      await story.finished("waiting", ({ result }) => result === ApplyResult.APPLIED);
      expect(await story.live(object)).toBeDefined();
    });

    test("makes a Namespace and a CustomResourceDefinition before what needs them, in one set", async () => {
      await story.declare("ordered", { allowedNamespaces: ["*"], allowedClusterKinds: ["*"] });
      const namespace = `${story.namespace}-made`;
      const group = `${story.namespace}.example.com`;
      const crd = {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `widgets.${group}` },
        spec: {
          group,
          scope: "Namespaced",
          names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
          versions: [
            {
              name: "v1",
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: {
                  type: "object",
                  properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
                },
              },
            },
          ],
        },
      } as unknown as KubeObject;
      const widget = {
        apiVersion: `${group}/v1`,
        kind: "Widget",
        metadata: { name: "one", namespace },
        spec: { size: 1 },
      };
      const made = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
      await story.desire("ordered", [widget, crd, made], 1);
      const fact = await story.finished("ordered");
      expect(fact).toMatchObject({ result: ApplyResult.APPLIED, created: 3 });
    });

    test("replaces a Job whose template changed, named in an intent of its own", async () => {
      await story.declare("job");
      const job = (image: string): KubeObject =>
        ({
          apiVersion: "batch/v1",
          kind: "Job",
          metadata: { name: "job-a" },
          spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image }] } } },
        }) as unknown as KubeObject;
      await story.desire("job", [job("one")], 1);
      await story.finished("job");
      const before = await story.live(job("one"));
      await story.desire("job", [job("two")], 2);
      await story.finished(
        "job",
        ({ version, result }) => version?.sources[0]?.seq === 2n && result === ApplyResult.APPLIED,
      );
      const after = await story.live(job("two"));
      expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
      expect(JSON.stringify(after?.["spec"])).toContain('"image":"two"');
    });

    test("orphans the objects of a removed app, and lets nothing older bring the app back", async () => {
      await story.declare("gone");
      await story.desire("gone", [configMap("gone-a")], 1, { fleet: 1n });
      await story.finished("gone");
      await story.desire("gone", [], 1, { removed: true, fleet: 3n });
      await story.finished("gone", ({ result }) => result === ApplyResult.REMOVED);
      expect(await story.live(configMap("gone-a"))).toBeDefined();
      expect(await story.inventory("gone")).toBeUndefined();
      await story.desire("gone", [configMap("gone-a", { a: "old" })], 1, { fleet: 2n });
      await story.finished("gone", ({ result }) => result === ApplyResult.SEQ_BEHIND);
      expect((await story.live(configMap("gone-a")))?.["data"]).toEqual({ a: "1" });
    });

    test("deletes the objects of a removed app whose declaration says so", async () => {
      await story.declare("deleted", { deletionPolicy: "delete" });
      await story.desire("deleted", [configMap("deleted-a")], 1, { fleet: 4n });
      await story.finished("deleted");
      await story.desire("deleted", [], 1, { removed: true, fleet: 5n });
      await story.finished("deleted", ({ result, deleted }) => result === ApplyResult.REMOVED && deleted === 1);
      expect(await story.live(configMap("deleted-a"))).toBeUndefined();
    });

    test("keeps the objects of a removed app in sight while deleting them waits for an Approval", async () => {
      await story.declare("parting", { deletionPolicy: "delete" });
      await story.desire("parting", [configMap("parting-a"), configMap("parting-b")], 1, { fleet: 4n });
      await story.finished("parting");
      await story.desire("parting", [], 1, { removed: true, fleet: 5n });
      const parked = await story.finished("parting", ({ result }) => result === ApplyResult.HELD);
      expect(parked).toMatchObject({ reason: { code: "PruneBudget" }, planDigest: expect.stringContaining("sha256:") });
      await story.approve("parting", parked.planDigest);
      await story.finished("parting", ({ result, deleted }) => result === ApplyResult.REMOVED && deleted === 2);
      expect(await story.inventory("parting")).toBeUndefined();
    });

    test.each([["before the new name is applied"], ["after it"]])(
      "deletes nothing of a renamed app, whose old name is removed %s, nor anything later",
      async (order) => {
        const [before, after] = [`old-${order.length}`, `new-${order.length}`];
        const objects = [configMap(`${before}-a`), configMap(`${before}-b`)];
        const options = { deletionPolicy: "delete", id: `stable-${order.length}` } as const;
        await story.declare(before, options);
        await story.desire(before, objects, 1, { fleet: 100n });
        await story.finished(before);
        const uid = (await story.live(objects[0]!))?.metadata.uid;
        await story.declare(after, options);
        await story.undeclare(before);
        const remove = async (): Promise<void> => {
          await story.desire(before, [], 1, { removed: true, fleet: 101n });
          await story.finished(before, ({ result }) => result === ApplyResult.REMOVED);
        };
        if (order === "before the new name is applied") await remove();
        await story.desire(after, objects, 1, { fleet: 101n });
        await story.finished(after);
        if (order === "after it") await remove();
        expect((await story.live(objects[0]!))?.metadata.uid).toBe(uid);
        expect(await story.inventory(before)).toBeUndefined();
        expect((await story.inventory(after))?.items).toHaveLength(2);
        // The new name has the claims: another app may not take what it has.
        await story.declare(`thief-${order.length}`, { adopt: "takeover" });
        await story.desire(`thief-${order.length}`, [objects[0]!], 1);
        const refused = await story.finished(`thief-${order.length}`);
        expect(refused).toMatchObject({ result: ApplyResult.HELD, reason: { code: "OwnershipConflict" } });
        await story.desire(after, [objects[0]!], 2, { fleet: 101n });
        await story.finished(after, ({ deleted }) => deleted === 1);
        expect(await story.live(objects[1]!)).toBeUndefined();
      },
    );

    test.each([
      ["an older version is superseded", { seq: 1 }, ApplyResult.SEQ_BEHIND, "SeqBehind"],
      ["an unsigned descent is refused", { seq: 9, unsigned: true }, ApplyResult.HELD, "SignatureRefused"],
      ["the same version with another content is quarantined", { seq: 5 }, ApplyResult.HELD, "MessageRefused"],
    ])("%s", async (name, { seq, ...options }, result, code) => {
      const app = `refuse-${seq}`;
      await story.declare(app);
      await story.desire(app, [configMap(`${app}-a`)], 5);
      await story.finished(app);
      await story.desire(app, [configMap(`${app}-a`, { a: name })], seq, options);
      const fact = await story.finished(app, (each) => each.result === result);
      expect(fact.reason?.code).toBe(code);
      expect((await story.live(configMap(`${app}-a`)))?.["data"]).toEqual({ a: "1" });
    });

    test("acts as the app's ServiceAccount, and says what that account may not do", async () => {
      await story.declare("tenant", { serviceAccount: `${story.namespace}/deployer` });
      await story.desire("tenant", [configMap("tenant-a")], 1);
      const fact = await story.finished("tenant");
      expect(fact).toMatchObject({ result: ApplyResult.FAILED, reason: { code: "Forbidden" } });
      expect(fact.reason?.message).toContain("deployer");
    });

    test("leaves a field to whoever owns it, as the app declares", async () => {
      const ignore = [{ selector: { kind: "ConfigMap" }, paths: ["data.scale"], mode: "create-only" }] as const;
      await story.declare("ignoring", { ignore });
      const first = configMap("ignoring-a", { a: "1", scale: "1" });
      await story.desire("ignoring", [first], 1);
      await story.finished("ignoring");
      const theirs = {
        ...configMap("ignoring-a", { scale: "9" }),
        metadata: { name: "ignoring-a", namespace: story.namespace },
      };
      const options = { object: theirs, force: true, dryRun: false, manager: "scaler" };
      await story.kube.serverSideApply(options, AbortSignal.timeout(5_000));
      await story.desire("ignoring", [configMap("ignoring-a", { a: "2", scale: "1" })], 2);
      await story.finished("ignoring", ({ version }) => version?.sources[0]?.seq === 2n);
      expect((await story.live(first))?.["data"]).toEqual({ a: "2", scale: "9" });
    });

    test("takes no new revision under drift: hold while drift is open", async () => {
      await story.declare("holding", { drift: "hold" });
      await story.desire("holding", [configMap("holding-a")], 1);
      const applied = await story.finished("holding");
      const open = { unit: story.unit("holding"), digest: applied.digest, findingCount: 1, cause: "one" };
      await story.buses["drift-detector"].publish(flows.driftDetected, DriftDetected.fromPartial(open));
      await story.desire("holding", [configMap("holding-a", { a: "2" })], 2);
      const held = await story.finished("holding", ({ result }) => result === ApplyResult.HELD);
      expect(held.reason?.message).toContain("drift is held");
      const resolved = DriftResolved.fromPartial({ unit: story.unit("holding"), cause: "two" });
      await story.buses["drift-detector"].publish(flows.driftResolved, resolved);
      await story.finished("holding", ({ result }) => result === ApplyResult.APPLIED, story.heard.indexOf(held));
      expect((await story.live(configMap("holding-a")))?.["data"]).toEqual({ a: "2" });
    });

    test("goes on with what a removed app has left behind, and names the app that still has an object", async () => {
      await story.declare("leaver");
      await story.declare("keeper");
      await story.declare("heir");
      await story.desire("leaver", [configMap("left-a")], 1);
      await story.desire("keeper", [configMap("kept-a")], 1);
      await story.finished("keeper");
      await story.finished("leaver");
      await story.desire("leaver", [], 2, { removed: true, fleet: 200n });
      await story.finished("leaver", ({ result }) => result === ApplyResult.REMOVED);
      await story.undeclare("leaver");
      await story.desire("heir", [configMap("left-a", { a: "mine" }), configMap("kept-a")], 1, { fleet: 200n });
      const held = await story.finished("heir");
      expect(held.reason?.message).toBe(`ConfigMap ${story.namespace}/kept-a belongs to application keeper`);
      await story.desire("heir", [configMap("left-a", { a: "mine" })], 2, { fleet: 200n });
      await story.finished("heir", ({ result }) => result === ApplyResult.APPLIED);
      const live = await story.live(configMap("left-a"));
      expect(live?.["data"]).toEqual({ a: "mine" });
      expect(live?.metadata.labels?.[APP_LABEL]).toBe(story.unit("heir").appUid);
    });

    // Last: its bus is younger, so that owners on the other one are refused at their next look at an anchor.
    test("draws its stages and the root of the unit's trace, one below the other", async () => {
      const telemetry = recordingTelemetry("applier");
      const traceId = "a".repeat(32);
      await using other = await startStory();
      await other.declare("traced", { graceSeconds: 0 });
      const applier = await other.start({ telemetry });
      await other.desire("traced", [configMap("traced-a"), configMap("traced-b")], 1, { traceId });
      await other.finished("traced");
      await other.desire("traced", [configMap("traced-a")], 2, { traceId: "b".repeat(32) });
      await other.finished("traced", ({ deleted }) => deleted === 1);
      await applier.stop();
      const spans = telemetry.spans.filter((span) => span.spanContext().traceId === traceId);
      const root = spans.find(({ name }) => name === "SYNC");
      expect(root?.spanContext().spanId).toBe(rootOf(traceId).spanId);
      expect(root?.attributes).toMatchObject({ "cicd.pipeline.name": "traced", "cicd.pipeline.result": "success" });
      const stages = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === rootOf(traceId).spanId);
      expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining(["compare", "plan", "apply"]));
      expect(stages.find(({ name }) => name === "apply")?.attributes).toMatchObject({ "evenkeel.plan.create": 2 });
      expect(telemetry.spans.map(({ name }) => name)).toContain("prune");
    });
  },
);
