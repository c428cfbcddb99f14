import { buckets, ApplyResult } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { systemClock } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import type { ObjectRef } from "@evenkeel/words";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Run } from "../run/admit.ts";
import { noVersion } from "../core/unit-version.ts";
import { giveBackDeletions } from "./prune-budgets.ts";
import { startStory } from "../story/story.fixture.ts";
import type { RunningApplier, Story } from "../story/story-parts.fixture.ts";

const configMap = (name: string, a = "1", immutable = false): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { a },
  ...(immutable ? { immutable } : {}),
});

/** Where a count lies, whatever lies there. */
const anyBytes = { ...buckets.deletionCount, codec: buckets.gitObject.codec };

describe.skipIf(!controlPlaneAvailable)(
  "the budgets of deletions on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let applier: RunningApplier;
    beforeAll(async () => {
      story = await startStory();
      applier = await story.start();
      // Before any prune is parked: a fleet change has what is parked looked at again.
      await story.declare("again", { recreate: "always" });
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });
    const counted = async (cluster: string): Promise<number> => {
      const found = await applier.bus.state(buckets.deletionCount).get({ cluster });
      return (found?.value?.deletions ?? []).reduce((sum, { count }) => sum + count, 0);
    };
    const store = async (cluster: string, count: number, minutesAgo: number): Promise<void> => {
      const at = new Date(Date.now() - minutesAgo * 60_000);
      await applier.bus.ownState(buckets.deletionCount).put({ cluster }, { deletions: [{ at, count }] });
    };
    beforeEach(async () => {
      await store("local", 0, 20);
      await store("_fleet", 0, 20);
    });

    const removeObject = async (ref: ObjectRef, signal: AbortSignal): Promise<void> => {
      const { uid = "" } = (await story.kube.getObject(ref, {}, signal))?.metadata ?? {};
      await story.kube.deleteObject(ref, { uid }, { propagation: "Background" }, signal);
    };

    /** Applies two objects, takes one out of Git and gives what was told of that. */
    const removeOne = async (app: string) => {
      await story.declare(app);
      await story.desire(app, [configMap(`${app}-a`), configMap(`${app}-b`)], 1);
      await story.finished(app);
      await story.desire(app, [configMap(`${app}-a`)], 2);
      return story.finished(app, ({ version }) => version?.sources[0]?.seq === 2n);
    };

    test("a deletion is counted for its cluster and over all", async () => {
      await store("local", 49, 9);
      expect(await removeOne("counted")).toMatchObject({ deleted: 1, parked: [] });
      expect([await counted("local"), await counted("_fleet")]).toEqual([50, 1]);
    });

    test.each([
      ["cluster", "local", 50, "on cluster local"],
      ["fleet", "_fleet", 200, "over all clusters"],
    ])("nothing is deleted once the %s has used up its budget", async (name, cluster, count, words) => {
      await store(cluster, count, 9);
      const fact = await removeOne(`over-${name}`);
      expect(fact).toMatchObject({ deleted: 0, parked: [{ reason: { code: "PruneBudget" } }] });
      expect(fact.parked[0]?.reason?.message).toContain(words);
      expect(await story.live(configMap(`over-${name}-b`))).toBeDefined();
      expect(await counted(cluster)).toBe(count);
      // It goes once there is room: any change of the fleet has it looked at, and no later test counts it.
      await store(cluster, 0, 20);
      await story.declare(`over-${name}`);
      await story.finished(`over-${name}`, ({ deleted }) => deleted === 1);
    });

    test.each(["local", "_fleet"])(
      "deletions that %s was given by a clock a year ahead are forgotten ten minutes from now",
      async (cluster) => {
        const app = cluster === "local" ? "ahead-cluster" : "ahead-fleet";
        await store(cluster, 200, -365 * 24 * 60);
        expect(await removeOne(app)).toMatchObject({ deleted: 0, parked: [{ reason: { code: "PruneBudget" } }] });
        const found = await applier.bus.state(buckets.deletionCount).get({ cluster });
        const at = found?.value?.deletions[0]?.at?.getTime() ?? 0;
        expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
        // As ten minutes later.
        await store(cluster, 200, 10);
        await story.declare(app);
        await story.finished(app, ({ deleted }) => deleted === 1);
      },
    );

    test("what a policy refuses to delete uses up nothing, and is deleted once the policy is gone", async () => {
      const group = "admissionregistration.k8s.io/v1";
      const name = `${story.namespace}-no-deletes`;
      const ref = (kind: string) => ({ group: "admissionregistration.k8s.io", kind, namespace: "", name });
      const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["configmaps"] };
      const matched = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": story.namespace } } };
      const objects = [
        {
          apiVersion: group,
          kind: "ValidatingAdmissionPolicy",
          metadata: { name },
          spec: { matchConstraints: { resourceRules: [rule], ...matched }, validations: [{ expression: "false" }] },
        },
        {
          apiVersion: group,
          kind: "ValidatingAdmissionPolicyBinding",
          metadata: { name },
          spec: { policyName: name, validationActions: ["Deny"] },
        },
      ] as unknown as readonly KubeObject[];
      const signal = AbortSignal.timeout(60_000);
      for (const object of objects)
        await story.kube.serverSideApply({ object, force: true, dryRun: false, manager: "test" }, signal);
      const probe = { ...configMap("probe"), metadata: { name: "probe", namespace: story.namespace } };
      await story.kube.serverSideApply({ object: probe, force: true, dryRun: false, manager: "test" }, signal);
      const address = { group: "", kind: "ConfigMap", namespace: story.namespace, name: "probe" };
      // The informers of the server's admission have seen the policy when it refuses.
      await eventually(async () => {
        const { uid = "" } = (await story.kube.getObject(address, {}, signal))?.metadata ?? {};
        const tried = story.kube.deleteObject(address, { uid }, { propagation: "Background", dryRun: true }, signal);
        await expect(tried).rejects.toThrow(/denied/);
      });
      const told = await removeOne("guarded");
      expect(told.parked.map(({ reason }) => reason?.code)).toEqual(["PruneDenied"]);
      expect(told.deleted).toBe(0);
      expect([await counted("local"), await counted("_fleet")]).toEqual([0, 0]);
      for (const kind of ["ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"])
        await removeObject(ref(kind), signal);
      await eventually(async () => expect(await story.live(configMap("guarded-b"))).toBeUndefined(), {
        timeoutMs: 40_000,
      });
    });

    test("nothing is deleted while the count cannot be read", async () => {
      await applier.bus.ownState(anyBytes).put({ cluster: "local" }, new Uint8Array([0xff, 0xff]));
      const fact = await removeOne("unreadable");
      expect(fact).toMatchObject({ deleted: 0, parked: [{ reason: { code: "PruneBudget" } }] });
      expect(fact.parked[0]?.reason?.message).toContain("cannot be read");
      expect(await story.live(configMap("unreadable-b"))).toBeDefined();
      await store("local", 0, 20);
      await story.declare("unreadable");
      await story.finished("unreadable", ({ deleted }) => deleted === 1);
    });

    test("nothing is given back over a count that cannot be read, for it may hide deletions", async () => {
      await store("local", 7, 1);
      const junk = new Uint8Array([0xff, 0xff]);
      const { bus } = applier;
      await bus.ownState(anyBytes).put({ cluster: "local" }, junk);
      const unit = story.unit("again");
      const deps = { bus, clock: systemClock, telemetry: silentTelemetry("applier") };
      const partition = { deletions: new Map() };
      const inventory = { value: undefined };
      const signal = AbortSignal.timeout(10_000);
      const run = { deps, partition, fact: { unit, version: noVersion }, inventory, signal };
      const revision = async () => (await bus.state(anyBytes).get({ cluster: "local" }))?.revision;
      const before = await revision();
      await giveBackDeletions(run as unknown as Run, 1);
      expect(await revision()).toBe(before);
    });

    test("objects that are made again count within the unit's budget", async () => {
      const objects = (a: string) => ["a", "b"].map((name) => configMap(`again-${name}`, a, true));
      await story.desire("again", objects("1"), 1);
      await story.finished("again");
      await story.desire("again", objects("2"), 2);
      const fact = await story.finished("again", ({ version }) => version?.sources[0]?.seq === 2n);
      expect(fact).toMatchObject({ result: ApplyResult.FAILED, failed: [{ reason: { code: "PruneBudget" } }] });
      const live = await Promise.all(objects("2").map((object) => story.live(object)));
      expect(live.map((each) => JSON.stringify(each?.["data"])).toSorted()).toEqual([`{"a":"1"}`, `{"a":"2"}`]);
      expect(await counted("local")).toBe(1);
    });
  },
);
