import { fillKey, buckets, ApplyResult, ClaimState, partitionOf, smallProfile } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";
import { APP_LABEL, sha256Hex } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { formatRef } from "@evenkeel/words";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { configMapBy as configMap } from "../story/config-map.fixture.ts";
import { clusterName } from "../story/story-declarations.fixture.ts";
import { startStory } from "../story/story.fixture.ts";
import type { RunningApplier, Story } from "../story/story-parts.fixture.ts";

const isAt =
  (seq: bigint, result: ApplyResult) =>
  (fact: ApplyFinished): boolean =>
    fact.version?.sources[0]?.seq === seq && fact.result === result;

describe.skipIf(!controlPlaneAvailable)(
  "two applications and one object, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let applier: RunningApplier;
    beforeAll(async () => {
      story = await startStory();
      applier = await story.start();
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });
    const keyOf = (name: string) => {
      const ref = { group: "", kind: "ConfigMap", namespace: story.namespace, name };
      return { cluster: clusterName, refHash: sha256Hex(formatRef(ref)).slice(0, 40) };
    };
    const textOfKey = (name: string): string => fillKey(buckets.claim.template, keyOf(name));
    const by = async (object: KubeObject): Promise<unknown> =>
      ((await story.live(object))?.["data"] as { readonly by?: string } | undefined)?.by;
    const declared = async (...apps: readonly string[]): Promise<void> => {
      for (const app of apps) await story.declare(app);
    };

    test("one of twelve pairs declared at the same moment has it, and gives it to the other unharmed", async () => {
      const pairs = Array.from({ length: 12 }, (_, n) => ({
        names: [`left-${n}`, `right-${n}`],
        shared: `shared-${n}`,
      }));
      await declared(...pairs.flatMap(({ names }) => names));
      await Promise.all(
        pairs.flatMap(({ names, shared }, n) =>
          // Every order of publishing and both sides of the partition numbers.
          (n % 2 === 0 ? names : names.toReversed()).map(async (app) =>
            story.desire(app, [configMap(`${app}-own`), configMap(shared, app)], 1),
          ),
        ),
      );
      await Promise.all(
        pairs.map(async ({ names, shared }, n) => {
          const ends = await Promise.all(names.map(async (app) => story.finished(app)));
          expect(new Set(ends.map(({ result }) => result))).toEqual(new Set([ApplyResult.APPLIED, ApplyResult.HELD]));
          const winner = names[ends.findIndex(({ result }) => result === ApplyResult.APPLIED)] ?? "";
          const loser = names.find((name) => name !== winner) ?? "";
          expect(ends.find(({ result }) => result === ApplyResult.HELD)?.reason).toMatchObject({
            code: "OwnershipConflict",
            message: `ConfigMap ${story.namespace}/${shared} belongs to application ${winner}`,
            remedy: "remove it from one of the two applications",
          });
          expect(await by(configMap(shared))).toBe(winner);
          const uid = (await story.live(configMap(shared)))?.metadata.uid;
          // The remedy, followed in the one or in the other.
          const [from, to] = n % 3 === 0 ? [loser, winner] : [winner, loser];
          await story.desire(from, [configMap(`${from}-own`, "2")], 2);
          await story.finished(from, isAt(2n, ApplyResult.APPLIED));
          if (to === loser) await story.finished(to, isAt(1n, ApplyResult.APPLIED));
          await eventually(async () => (await story.inventory(from))?.items.length === 1);
          expect(await by(configMap(shared))).toBe(to);
          expect((await story.live(configMap(shared)))?.metadata.uid).toBe(uid);
        }),
      );
    });

    test("one of a pair has an object that they write by two groups of its kind, and gives it to the other", async () => {
      const about = { apiVersion: "v1", kind: "Pod", name: "p", namespace: story.namespace };
      const said = { type: "Normal", action: "a", eventTime: "2026-01-01T00:00:00.000000Z", reportingInstance: "c" };
      const event = (name: string, group: string): KubeObject =>
        ({
          apiVersion: group === "" ? "v1" : `${group}/v1`,
          kind: "Event",
          metadata: { name },
          ...said,
          reason: "x",
          ...(group === ""
            ? { involvedObject: about, message: "m", reportingComponent: "a/b" }
            : { regarding: about, note: "m", reportingController: "a/b" }),
        }) as unknown as KubeObject;
      const pairs = Array.from({ length: 8 }, (_, n) => ({
        name: `regrouped-${n}`,
        apps: [`core-${n}`, `events-${n}`] as const,
      }));
      await declared(...pairs.flatMap(({ apps }) => apps));
      const wanted = (name: string, app: string) => event(name, app.startsWith("core") ? "" : "events.k8s.io");
      await Promise.all(
        pairs.flatMap(({ name, apps }, n) =>
          (n % 2 === 0 ? apps : apps.toReversed()).map(async (app) => story.desire(app, [wanted(name, app)], 1)),
        ),
      );
      await Promise.all(
        pairs.map(async ({ name, apps }) => {
          const ends = await Promise.all(apps.map(async (app) => story.finished(app)));
          const isFirst = ends[0]?.result === ApplyResult.APPLIED;
          expect(new Set(ends.map(({ result }) => result))).toEqual(new Set([ApplyResult.APPLIED, ApplyResult.HELD]));
          const [winner, loser] = isFirst ? apps : apps.toReversed();
          const held = ends[isFirst ? 1 : 0];
          expect(held?.reason?.message).toBe(`Event ${story.namespace}/${name} belongs to application ${winner}`);
          const live = await story.live(event(name, ""));
          expect(live?.metadata.labels).toEqual({ [APP_LABEL]: story.unit(winner!).appUid });
          // In its own set it may change the group: the claim stays, and the other goes on waiting.
          await story.desire(winner!, [wanted(name, loser!)], 2);
          await story.finished(winner!, isAt(2n, ApplyResult.APPLIED));
          await story.desire(loser!, [configMap(`${loser}-own`), wanted(name, loser!)], 2);
          expect(await story.finished(loser!, (fact) => fact.version?.sources[0]?.seq === 2n)).toMatchObject({
            result: ApplyResult.HELD,
          });
          await story.desire(winner!, [configMap(`${winner}-own`)], 3);
          await story.finished(loser!, isAt(2n, ApplyResult.APPLIED));
          await eventually(async () => (await story.inventory(winner!))?.items.length === 1);
          expect((await story.live(event(name, "")))?.metadata.uid).toBe(live?.metadata.uid);
        }),
      );
    });

    test.each([
      ["of another partition", false],
      ["of its own partition", true],
    ])("is had by the second once the first is removed as a whole, an application %s", async (_title, same) => {
      const first = same ? "kin-0" : "guest-0";
      const partition = partitionOf(clusterName, first, smallProfile);
      const second = Array.from({ length: 64 }, (_, n) => `${first}-${n}`).find(
        (name) => (partitionOf(clusterName, name, smallProfile) === partition) === same,
      )!;
      await declared(first, second);
      await story.desire(first, [configMap(`${first}-x`, first)], 1);
      await story.finished(first);
      await story.desire(second, [configMap(`${first}-x`, second)], 1);
      await story.finished(second, ({ result }) => result === ApplyResult.HELD);
      // Nobody touches the second: it stays at the fleet revision at which it was planned.
      await story.desire(first, [], 1, { removed: true, fleet: 200n });
      await story.undeclare(first);
      await story.finished(first, ({ result }) => result === ApplyResult.REMOVED);
      await story.finished(second, ({ result }) => result === ApplyResult.APPLIED);
      expect(await by(configMap(`${first}-x`))).toBe(second);
      expect((await story.live(configMap(`${first}-x`)))?.metadata.labels?.[APP_LABEL]).toBe(story.unit(second).appUid);
    });

    test("what a refused plan has taken is given back", async () => {
      await declared("owner", "refused", "third");
      await story.desire("owner", [configMap("owner-x")], 1);
      await story.finished("owner");
      await story.desire("refused", [configMap("owner-x"), configMap("wished-x")], 1);
      expect((await story.finished("refused")).reason?.code).toBe("OwnershipConflict");
      await story.desire("third", [configMap("wished-x", "third")], 1);
      expect((await story.finished("third")).result).toBe(ApplyResult.APPLIED);
      // Its own claim is not lost by that: the refused one gets neither.
      await story.desire("refused", [configMap("wished-x")], 2);
      const held = await story.finished("refused", isAt(2n, ApplyResult.HELD));
      expect(held.reason?.message).toContain("belongs to application third");
    });

    test("a claim under junk is its owner's as before, and of who asks only where nobody else has it or wants it", async () => {
      await declared("junk-owner", "junk-thief", "junk-free");
      await using forger = await story.forger();
      const stored = async (name: string) => (await applier.bus.state(buckets.claim).get(keyOf(name)))?.value;
      const junk = new TextEncoder().encode("junk");
      await story.desire("junk-owner", [configMap("junk-x", "owner")], 1);
      await story.finished("junk-owner");
      await forger.store("inventory", textOfKey("junk-x"), junk);
      await story.desire("junk-thief", [configMap("junk-x", "thief")], 1);
      const held = await story.finished("junk-thief");
      expect(held.result).toBe(ApplyResult.HELD);
      expect(held.reason).toMatchObject({
        code: "OwnershipConflict",
        message: `ConfigMap ${story.namespace}/junk-x belongs to application junk-owner`,
      });
      expect(await by(configMap("junk-x"))).toBe("owner");
      expect(await stored("junk-x")).toMatchObject({ app: "junk-owner", state: ClaimState.HELD });
      // What nobody else lists or wants is had by who asks.
      await forger.store("inventory", textOfKey("junk-y"), junk);
      await story.desire("junk-free", [configMap("junk-y", "free")], 1);
      expect((await story.finished("junk-free")).result).toBe(ApplyResult.APPLIED);
      expect(await by(configMap("junk-y"))).toBe("free");
      expect(await stored("junk-y")).toMatchObject({ app: "junk-free", state: ClaimState.HELD });
    });

    test("a claim under junk, with the inventories under junk too, is taken by nobody of two who want the object", async () => {
      await declared("doubt-owner", "doubt-thief");
      await using forger = await story.forger();
      const key = textOfKey("doubt-x");
      const junk = new TextEncoder().encode("junk");
      await story.desire("doubt-owner", [configMap("doubt-x", "owner")], 1);
      await story.finished("doubt-owner");
      await forger.store("inventory", key, junk);
      await forger.store(
        "inventory",
        fillKey(buckets.inventory.template, { cluster: clusterName, app: "doubt-owner" }),
        junk,
      );
      await story.desire("doubt-thief", [configMap("doubt-x", "thief")], 1);
      const refused = await story.finished("doubt-thief");
      expect(refused.result).toBe(ApplyResult.HELD);
      expect(refused.reason).toMatchObject({
        code: "OwnershipConflict",
        message: expect.stringMatching(
          /^the claim on ConfigMap .*\/doubt-x cannot be read \(.+\), and it may be of doubt-(owner or doubt-thief|thief or doubt-owner)$/,
        ),
        remedy: expect.stringMatching(/^remove it from all applications but one/),
      });
      expect(await by(configMap("doubt-x"))).toBe("owner");
      // The remedy, followed.
      await story.desire("doubt-thief", [configMap("doubt-z")], 2);
      await story.finished("doubt-thief", isAt(2n, ApplyResult.APPLIED));
      await story.desire("doubt-owner", [configMap("doubt-x", "again")], 2);
      await story.finished("doubt-owner", isAt(2n, ApplyResult.APPLIED));
      expect(await by(configMap("doubt-x"))).toBe("again");
    });

    test("what left Git is deleted though its claim lies under junk, for its own inventory says whose it is", async () => {
      await declared("junk-prune");
      await using forger = await story.forger();
      const key = textOfKey("junk-p");
      await story.desire("junk-prune", [configMap("junk-p"), configMap("junk-q")], 1);
      await story.finished("junk-prune");
      await forger.store("inventory", key, new TextEncoder().encode("junk"));
      await story.desire("junk-prune", [configMap("junk-q")], 2);
      // Its own inventory says whose it is, so the claim is written again first.
      await eventually(async () => (await story.live(configMap("junk-p"))) === undefined);
      await eventually(async () => (await story.inventory("junk-prune"))?.items.length === 1);
    });

    test("a claim that a crash has left behind ends once its application has said what it wants", async () => {
      await declared("crashed", "waiting");
      const ref = { group: "", kind: "ConfigMap", namespace: story.namespace, name: "crashed-x" };
      const bucket = applier.bus.ownState(buckets.claim);
      const key = keyOf("crashed-x");
      const { app, appUid } = story.unit("crashed");
      await bucket.create(key, { ref, app, appUid, state: ClaimState.PENDING, epoch: 1n });
      await story.desire("waiting", [configMap("crashed-x", "waiting")], 1);
      const held = await story.finished("waiting");
      expect(held.reason?.message).toContain("belongs to application crashed");
      await story.desire("crashed", [configMap("crashed-y")], 1);
      await story.finished("crashed");
      await story.finished("waiting", ({ result }) => result === ApplyResult.APPLIED);
      expect((await bucket.get(key))?.value).toMatchObject({ app: "waiting", state: ClaimState.HELD });
    });

    test("what was wanted, left out and taken by another is not written again by the first", async () => {
      await declared("first", "next");
      await story.desire("first", [configMap("turns-x", "first"), configMap("turns-y")], 1);
      await story.finished("first");
      // Kept from being pruned as long as another may still want it, so that the first has it in its inventory all along.
      await story.pend(["next"]);
      await story.desire("first", [configMap("turns-y")], 2);
      await story.finished("first", ({ parked }) => parked.length === 1);
      await story.desire("next", [configMap("turns-x", "next")], 1);
      await story.finished("next", ({ result }) => result === ApplyResult.APPLIED);
      await story.desire("first", [configMap("turns-x", "first"), configMap("turns-y")], 3);
      const held = await story.finished("first", isAt(3n, ApplyResult.HELD));
      expect(held.reason).toMatchObject({ code: "OwnershipConflict" });
      expect(await by(configMap("turns-x"))).toBe("next");
      await story.pend([]);
    });

    describe("that moves from one to the other in one commit", () => {
      const moved = async (name: string, seq: number): Promise<readonly [string, string]> => {
        const [from, to] = [`${name}-from`, `${name}-to`];
        await declared(from, to);
        await story.desire(from, [configMap(`${name}-x`, from), configMap(`${name}-y`)], seq);
        await story.desire(to, [configMap(`${name}-z`)], seq);
        await story.finished(from);
        await story.finished(to);
        return [from, to];
      };
      const parkedWords = async (from: string, words: RegExp): Promise<void> => {
        const parked = await story.finished(from, (fact) => fact.parked.length > 0);
        expect(parked.parked[0]?.reason).toMatchObject({
          code: "PruneUnproven",
          message: expect.stringMatching(words),
        });
      };

      test("is kept while the new one's render fails, and taken over once it succeeds", async () => {
        const [from, to] = await moved("failing", 1000);
        await story.fail(to, 1001);
        await story.desire(from, [configMap("failing-y")], 1001);
        await parkedWords(from, /failing-to could not be rendered/);
        const uid = (await story.live(configMap("failing-x")))?.metadata.uid;
        await story.desire(to, [configMap("failing-x", to), configMap("failing-z")], 1002);
        await story.finished(to, isAt(1002n, ApplyResult.APPLIED));
        expect((await story.live(configMap("failing-x")))?.metadata.uid).toBe(uid);
        await eventually(async () => (await story.inventory(from))?.items.length === 1);
        expect(await by(configMap("failing-x"))).toBe(to);
      });

      test("is kept while the new one is not rendered, and pruned once it is at the commit without it", async () => {
        const [from, to] = await moved("pending", 2000);
        await story.pend([to]);
        await story.desire(from, [configMap("pending-y")], 2001);
        await parkedWords(from, /not rendered yet/);
        expect(await by(configMap("pending-x"))).toBe(from);
        await story.pend([]);
        await eventually(async () => (await story.live(configMap("pending-x"))) === undefined);
      });

      test("is kept while the new one wants it and is held", async () => {
        const [from, to] = await moved("held", 3000);
        const denied = { ...configMap("denied"), metadata: { name: "denied", namespace: "kube-system" } };
        await story.desire(to, [configMap("held-x", to), denied], 3001);
        expect((await story.finished(to, isAt(3001n, ApplyResult.HELD))).reason?.code).toBe("ScopeDenied");
        await story.desire(from, [configMap("held-y")], 3001);
        await parkedWords(from, /held-to wants it/);
        expect(await by(configMap("held-x"))).toBe(from);
        await story.desire(to, [configMap("held-x", to)], 3002);
        await story.finished(to, isAt(3002n, ApplyResult.APPLIED));
        expect(await by(configMap("held-x"))).toBe(to);
      });

      test("is kept where the old one is removed with its objects and the new one fails", async () => {
        await story.declare("leaving-from", { deletionPolicy: "delete" });
        await declared("leaving-to");
        await story.desire("leaving-from", [configMap("leaving-x", "leaving-from")], 4000);
        await story.finished("leaving-from");
        await story.desire("leaving-to", [configMap("leaving-z")], 4000);
        await story.finished("leaving-to");
        await story.fail("leaving-to", 4001);
        await story.desire("leaving-from", [], 4001, { removed: true, fleet: 201n });
        await story.undeclare("leaving-from");
        await parkedWords("leaving-from", /leaving-to could not be rendered/);
        await story.desire("leaving-to", [configMap("leaving-x", "leaving-to")], 4002, { fleet: 201n });
        await story.finished("leaving-to", isAt(4002n, ApplyResult.APPLIED));
        await story.finished("leaving-from", ({ result }) => result === ApplyResult.REMOVED);
        expect(await by(configMap("leaving-x"))).toBe("leaving-to");
      });
    });
  },
);
