import { Health, ResolvedBy, Sync, Verdict } from "@evenkeel/contracts";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { setting } from "../matrix/change.fixture.ts";
import { openEditor } from "../matrix/editor.fixture.ts";
import type { Editor } from "../matrix/editor.fixture.ts";
import { configMap, deployment } from "../matrix/manifests.fixture.ts";
import { startStory } from "./story.fixture.ts";
import type { Story } from "./story.fixture.ts";

describe.skipIf(!controlPlaneAvailable)(
  "the drift-detector on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    const signal = AbortSignal.timeout(240_000);
    const objects = [configMap("a"), configMap("b"), deployment("web")];
    const editorOf = (name: string): Editor => {
      const object = objects.find((each) => each.metadata.name === name)!;
      return openEditor(
        story.kube,
        { ...object, metadata: { ...object.metadata, namespace: story.namespace } },
        signal,
      );
    };
    const heardSoFar = () => ({
      drift: story.heard.drift.length,
      resolved: story.heard.resolved.length,
      health: story.heard.health.length,
    });
    const isSynced = (fact: { readonly sync: Sync }): boolean => fact.sync === Sync.SYNCED;

    beforeAll(async () => {
      story = await startStory("correct");
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });

    test("a unit that is not applied is OutOfSync, once applied and seen Synced with its proof", async () => {
      await story.desire(objects, 1);
      await story.heard.until("health", (fact) => fact.sync === Sync.OUT_OF_SYNC);
      await story.apply(objects, 1);
      const synced = await story.heard.until("health", isSynced);
      expect(synced.verifiedAt).toBeInstanceOf(Date);
      expect(synced.objectCount).toBe(3);
      // No controller runs here, so nobody has looked at the Deployment.
      expect(synced.health).toBe(Health.PROGRESSING);
      expect(synced.unhealthy.map(({ ref }) => ref?.name)).toEqual(["web"]);
      expect(story.heard.drift).toEqual([]);
    });

    test("an edit by hand is told with field, both values and who, and its correction resolves it", async () => {
      const before = heardSoFar();
      await editorOf("web").put(setting(["spec", "replicas"], 5), { manager: "kubectl-edit" });
      const drift = await story.heard.until("drift", () => true, before.drift);
      expect(drift).toMatchObject({
        findingCount: 1,
        findings: [
          {
            verdict: Verdict.DRIFT,
            ref: { kind: "Deployment", name: "web" },
            fields: [{ path: "spec.replicas", desired: "1", live: "5" }],
            managers: [{ name: "kubectl-edit", operation: "Update" }],
          },
        ],
      });
      await story.heard.until("health", (fact) => fact.sync === Sync.OUT_OF_SYNC, before.health);
      await story.apply(objects, 1, { force: true });
      const resolved = await story.heard.until("resolved", () => true, before.resolved);
      expect(resolved).toMatchObject({ by: ResolvedBy.CORRECTED, stillOpen: 0 });
      await story.heard.until("health", isSynced, before.health);
    });

    test("a deletion is MISSING; what others add is told by nobody", async () => {
      const before = heardSoFar();
      await editorOf("b").merge({ data: { theirs: "x" } });
      await editorOf("a").remove();
      const drift = await story.heard.until("drift", () => true, before.drift);
      expect(drift.findings.map(({ verdict, ref }) => [verdict, ref?.name])).toEqual([[Verdict.MISSING, "a"]]);
      await story.heard.until("health", (fact) => fact.health === Health.MISSING, before.health);
      await story.apply(objects, 1, { force: true });
      await story.heard.until("resolved", () => true, before.resolved);
      await story.heard.until("health", isSynced, before.health);
      expect(story.heard.drift.length).toBe(before.drift + 1);
    });

    test("our label taken away is drift, although the watch shows a deletion", async () => {
      const before = heardSoFar();
      await editorOf("b").merge({ metadata: { labels: { "evenkeel.dev/app": null } } });
      const drift = await story.heard.until("drift", () => true, before.drift);
      expect(drift.findings[0]).toMatchObject({ verdict: Verdict.DRIFT, ref: { name: "b" } });
      await story.apply(objects, 1, { force: true });
      await story.heard.until("resolved", () => true, before.resolved);
    });

    test("our own writes of a new revision are no drift, however late their inventory comes", async () => {
      const before = heardSoFar();
      const next = [configMap("a", { key: "2" }), objects[1]!, objects[2]!];
      await story.desire(next, 2);
      const finish = await story.applyUntilOutcome(next, 2);
      // The event of our write has been seen when a later event of the same kind has: ours below.
      await editorOf("b").merge({ data: { theirs: "y" } });
      await finish();
      await story.heard.until(
        "health",
        (fact) => isSynced(fact) && fact.version?.sources[0]?.seq === 2n,
        before.health,
      );
      expect(story.heard.drift.length).toBe(before.drift);
      await story.desire(objects, 3);
      await story.apply(objects, 3);
      await story.heard.until(
        "health",
        (fact) => isSynced(fact) && fact.version?.sources[0]?.seq === 3n,
        before.health,
      );
    });

    test("an edit made while the detector was away is found by the list; nothing is told twice", async () => {
      const before = heardSoFar();
      await story.restart(() => editorOf("a").merge({ data: { key: "by hand" } }, { manager: "kubectl-patch" }));
      await story.heard.until("drift", () => true, before.drift);
      await story.heard.until("health", (fact) => fact.sync === Sync.OUT_OF_SYNC, before.health);
      const open = heardSoFar();
      await story.restart();
      await story.apply(objects, 3, { force: true });
      await story.heard.until("resolved", () => true, open.resolved);
      await story.heard.until("health", isSynced, open.health);
      expect(story.heard.health.slice(before.health).filter(isSynced)).toHaveLength(1);
    });

    test("edits are seen in time: p50 and p99 of 100, from the edit's answer to the fact on the bus", async () => {
      const times: number[] = [];
      for (let n = 0; n < 100; n += 1) {
        const before = heardSoFar();
        await editorOf("a").merge({ data: { key: `edit ${n}` } }, { manager: "kubectl-patch" });
        const acked = performance.now();
        await story.heard.until("drift", () => true, before.drift);
        times.push(performance.now() - acked);
        await story.apply(objects, 3, { force: true });
        await story.heard.until("resolved", () => true, before.resolved);
      }
      const sorted = times.toSorted((a, b) => a - b);
      const [p50, p99] = [sorted[49]!, sorted[98]!];
      process.stdout.write(`drift seen: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of ${times.length}\n`);
      expect(times).toHaveLength(100);
      expect(p50).toBeLessThan(1_000);
    }, 120_000);
  },
);
