import {
  ApplyResult,
  DriftDetected,
  DriftPolicy,
  EntryKind,
  LedgerEntry,
  Verdict,
  flows,
  partitionOf,
  smallProfile,
} from "@evenkeel/contracts";
import { entryHash } from "@evenkeel/ledger";
import { FIELD_MANAGER } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { systemClock } from "@evenkeel/machine";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { configMap } from "../story/config-map.fixture.ts";
import { readAnchor, writeAnchor } from "../cluster/anchor-store.ts";
import { anchorName } from "../core/anchor/anchor-document.ts";
import { clusterName } from "../story/story-declarations.fixture.ts";
import { installation, startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const signal = AbortSignal.timeout(600_000);
const isAt =
  (seq: bigint) => (fact: { readonly version?: { readonly sources: readonly { seq: bigint }[] } | undefined }) =>
    fact.version?.sources[0]?.seq === seq;

const verifyChain = (entries: readonly LedgerEntry[]): void => {
  entries.forEach((entry, index) => {
    expect(entry.n).toBe(BigInt(index + 1));
    expect(entry.prevHash).toBe(index === 0 ? "0".repeat(64) : entryHash(entries[index - 1]!));
  });
  const open = new Map<string, string>();
  for (const { kind, units } of entries) {
    for (const { run, unit } of units) {
      if (kind === EntryKind.INTENT) open.set(run, unit?.app ?? "");
      else open.delete(run);
    }
  }
  expect([...open]).toEqual([]);
};

describe.skipIf(!controlPlaneAvailable)(
  "owners of partitions, on a real nats-server and kube-apiserver",
  { timeout: 120_000 },
  () => {
    let story: Story;
    let app = "";
    let apps = 0;
    beforeAll(async () => {
      story = await startStory();
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      apps += 1;
      app = `app${apps}`;
      await story.declare(app);
    });
    const partition = (): number => partitionOf(clusterName, app, smallProfile);

    test("write epoch, chain head and each unit's version into the anchor, at the latest at a stop", async () => {
      const applier = await story.start();
      await story.desire(app, [configMap(`${app}-a`)], 3);
      const fact = await story.finished(app);
      await applier.stop();
      const stored = await readAnchor(story.kube, anchorName(installation, partition()), signal);
      const entry = stored?.anchor.apps.get(story.unit(app).appUid);
      expect(entry).toMatchObject({ digest: fact.digest, lineage: { tip: fact.revision } });
      expect(entry?.version.sources).toEqual([{ source: "app", seq: 3n }]);
      expect(stored?.anchor.epoch).toBe(fact.epoch);
      const ledger = await story.ledger(app);
      expect(stored?.anchor.head?.n).toBe(BigInt(ledger.length));
      verifyChain(ledger);
    });

    test("keep in the anchor what was given since it was last written, when another takes over", async () => {
      const name = anchorName(installation, partition());
      const anchored = async () => (await readAnchor(story.kube, name, signal))!;
      const seqIn = ({ anchor }: Awaited<ReturnType<typeof anchored>>) =>
        anchor.apps.get(story.unit(app).appUid)?.version.sources[0]?.seq;
      const victim = await story.start({ instance: "victim" });
      await story.desire(app, [configMap(`${app}-a`)], 1);
      await story.finished(app);
      await eventually(async () => expect(seqIn(await anchored())).toBe(1n));
      const before = await anchored();
      await story.desire(app, [configMap(`${app}-a`, { a: "2" })], 2);
      await story.finished(app, isAt(2n));
      await victim.kill();
      // As if it had died within the 5 s before the anchor follows.
      await writeAnchor(story.kube, name, before.anchor, await anchored(), signal);
      const successor = await story.start({ instance: "victim" });
      await eventually(async () => {
        const now = await anchored();
        expect([now.anchor.epoch > before.anchor.epoch, seqIn(now)]).toEqual([true, 2n]);
      });
      await successor.stop();
    });

    test("stop writing once another owner has appended to their ledger chain", async () => {
      const zombie = await story.start({ instance: "zombie" });
      await story.desire(app, [configMap(`${app}-a`)], 1);
      const before = await story.finished(app);
      const tokens = { partition: String(partition()) };
      const last = (await zombie.bus.readLast(flows.ledgerEntry, tokens))!;
      const successor = LedgerEntry.fromPartial({
        partition: partition(),
        n: last.fact.n + 1n,
        prevHash: entryHash(last.fact),
        kind: EntryKind.TAKEOVER,
        epoch: before.epoch + 1n,
        instance: "successor",
        at: new Date(),
      });
      await zombie.bus.publish(flows.ledgerEntry, successor, { expectLast: last.sequence });
      await story.desire(app, [configMap(`${app}-a`, { a: "2" })], 2);
      // It gives its lease up, takes it again with a new epoch, and only then writes.
      const fact = await story.finished(app, isAt(2n));
      expect(fact.epoch).toBeGreaterThan(before.epoch);
      const entries = await story.ledger(app);
      const intents = entries.filter(({ kind, units }) => kind === EntryKind.INTENT && units.some(isAt(2n)));
      expect(intents.map(({ epoch }) => epoch)).toEqual([fact.epoch]);
      verifyChain(entries);
      await zombie.stop();
    });

    test("stop writing once the anchor has a later epoch", async () => {
      let ahead = 0; // makes what is known of the anchor look old, as after a long plan
      const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead };
      const zombie = await story.start({ instance: "zombie", clock });
      await story.desire(app, [configMap(`${app}-a`)], 1);
      const before = await story.finished(app);
      const name = anchorName(installation, partition());
      const found = (await readAnchor(story.kube, name, signal))!;
      const epoch = before.epoch + 1_000_000n;
      await writeAnchor(story.kube, name, { ...found.anchor, epoch }, found, signal);
      ahead = 60_000;
      await story.desire(app, [configMap(`${app}-a`, { a: "2" })], 2);
      await eventually(
        async () => {
          const intents = (await story.ledger(app)).filter(
            ({ kind, units }) => kind === EntryKind.INTENT && units.some(isAt(2n)),
          );
          return intents.length > 0;
        },
        { timeoutMs: 20_000 },
      );
      await zombie.stop();
      expect((await story.live(configMap(`${app}-a`)))?.["data"]).toEqual({ a: "1" });
      const mended = (await readAnchor(story.kube, name, signal))!;
      expect(mended.anchor.epoch).toBe(epoch);
      await writeAnchor(story.kube, name, { ...mended.anchor, epoch: before.epoch }, mended, signal);
    });

    test("converge after a crash between intent and outcome, and close the intent that was left open", async () => {
      const objects = ["a", "b", "c"].map((name) => configMap(`${app}-${name}`));
      const victim = await story.start({ instance: "victim" });
      // Killed as soon as its intent is stored: before, during or after its writes.
      const killed = Promise.withResolvers<void>();
      const watching = new AbortController();
      await story.buses["status-api"].view(
        [flows.ledgerEntry],
        { partition: String(partition()) },
        {
          onEntry: ({ fact }) => {
            const { kind, units } = fact as LedgerEntry;
            if (kind === EntryKind.INTENT && units.some(({ unit }) => unit?.app === app))
              void victim.kill().then(killed.resolve);
          },
        },
        watching.signal,
      );
      await story.desire(app, objects, 1);
      await killed.promise;
      watching.abort();
      const successor = await story.start({ instance: "victim" });
      await story.finished(app, ({ result }) => result === ApplyResult.APPLIED || result === ApplyResult.UNCHANGED);
      for (const object of objects) expect((await story.live(object))?.["data"]).toEqual({ a: "1" });
      expect(await story.inventory(app)).toMatchObject({ complete: true });
      expect((await story.inventory(app))?.items.every(({ uid, pending }) => uid !== "" && !pending)).toBe(true);
      await eventually(async () => verifyChain(await story.ledger(app)));
      await successor.stop();
    });

    test("hand over on SIGTERM without losing or repeating a write", async () => {
      const first = await story.start({ instance: "first" });
      await story.desire(app, [configMap(`${app}-a`)], 1);
      await story.finished(app);
      await first.stop();
      await story.desire(app, [configMap(`${app}-a`, { a: "2" })], 2);
      const second = await story.start({ instance: "second" });
      const fact = await story.finished(app, isAt(2n));
      expect(fact).toMatchObject({ result: ApplyResult.APPLIED, updated: 1 });
      verifyChain(await story.ledger(app));
      await second.stop();
    });

    test("tell that the counter is behind on a bus that was made anew, then go on from the anchored head", async () => {
      const first = await story.start();
      await story.desire(app, [configMap(`${app}-a`)], 5);
      await story.finished(app);
      await first.stop();
      // The same cluster and installation, another bus.
      await using anew = await startStory();
      await anew.declare(app);
      const second = await anew.start();
      await anew.desire(app, [configMap(`${app}-a`, { a: "old" })], 1);
      const behind = await anew.finished(app);
      expect(behind).toMatchObject({ result: ApplyResult.SEQ_BEHIND, reason: { code: "SeqBehind" } });
      expect(behind.anchored?.sources).toEqual([{ source: "app", seq: 5n }]);
      expect(behind.anchoredLineage?.tip).toBe("5".padStart(40, "0"));
      await anew.desire(app, [configMap(`${app}-a`, { a: "new" })], 6);
      await anew.finished(app, ({ result }) => result === ApplyResult.APPLIED);
      const entries = await anew.ledger(app);
      expect(entries.flatMap(({ continues }) => continues)[0]).toMatch(/^local \d+ [0-9a-f]{64}$/);
      verifyChain(entries);
      await second.stop();
    });

    describe("and drift", () => {
      const edit = async (object: KubeObject, manager = "kubectl-edit"): Promise<KubeObject> => {
        const body = { ...object, metadata: { ...object.metadata, namespace: story.namespace } };
        return (await story.kube.serverSideApply({ object: body, force: true, dryRun: false, manager }, signal)).object;
      };
      const drift = async (
        objects: readonly KubeObject[],
        options: { readonly digest?: string; readonly uid?: string } = {},
      ) => {
        const inventory = (await story.inventory(app))!;
        const revision = story.heard.findLast((fact) => fact.unit?.app === app)!.inventoryRevision;
        const fact = DriftDetected.fromPartial({
          unit: story.unit(app),
          version: inventory.version!,
          digest: options.digest ?? inventory.digest,
          policy: DriftPolicy.CORRECT,
          findings: objects.map((object) => ({
            ref: { group: "", kind: object.kind, namespace: story.namespace, name: object.metadata.name },
            uid: options.uid ?? object.metadata.uid ?? "",
            verdict: Verdict.DRIFT,
            inventoryRevision: revision,
            fields: [{ path: "data.a", desired: "1", live: "edited" }],
            managers: [{ name: "kubectl-edit", operation: "Apply" }],
          })),
          findingCount: objects.length,
          at: new Date(),
          cause: `${Math.random()}`,
        });
        await story.buses["drift-detector"].publish(flows.driftDetected, fact);
        return fact;
      };

      test("is put back with force, recorded in the ledger and told with the inventory's new revision", async () => {
        const applier = await story.start();
        await story.desire(app, [configMap(`${app}-a`)], 1);
        const applied = await story.finished(app);
        const edited = await edit(configMap(`${app}-a`, { a: "edited" }));
        await drift([edited]);
        const fact = await story.finished(app, ({ result }) => result === ApplyResult.CORRECTED);
        expect(fact.inventoryRevision).toBeGreaterThan(applied.inventoryRevision);
        const live = await story.live(configMap(`${app}-a`));
        expect(live?.["data"]).toEqual({ a: "1" });
        const record = (await story.inventory(app))?.items[0]?.record;
        expect(record?.resourceVersion).toBe(live?.metadata.resourceVersion);
        expect(live?.metadata.managedFields?.some(({ manager }) => manager === FIELD_MANAGER)).toBe(true);
        verifyChain(await story.ledger(app));
        await applier.stop();
      });

      test("found against another digest or object is not touched", async () => {
        const applier = await story.start();
        await story.desire(app, [configMap(`${app}-a`), configMap(`${app}-b`)], 1);
        await story.finished(app);
        const [a, b] = [
          await edit(configMap(`${app}-a`, { a: "edited" })),
          await edit(configMap(`${app}-b`, { a: "edited" })),
        ];
        await drift([a], { digest: `sha256:${"0".repeat(64)}` });
        await drift([a], { uid: "another" });
        await drift([b]);
        await story.finished(app, ({ result }) => result === ApplyResult.CORRECTED);
        expect((await story.live(configMap(`${app}-a`)))?.["data"]).toEqual({ a: "edited" });
        expect((await story.live(configMap(`${app}-b`)))?.["data"]).toEqual({ a: "1" });
        await applier.stop();
      });

      test("of an object made anew by others is put back, unless it bears another engine's mark", async () => {
        const applier = await story.start();
        await story.desire(app, [configMap(`${app}-a`), configMap(`${app}-b`)], 1);
        await story.finished(app);
        const anew = async (name: string, annotations: Record<string, string>): Promise<KubeObject> => {
          const old = (await story.live(configMap(name)))!;
          const { uid = "", resourceVersion = "" } = old.metadata;
          const ref = { group: "", kind: "ConfigMap", namespace: story.namespace, name };
          await story.kube.deleteObject(ref, { uid, resourceVersion }, {}, signal);
          const made = configMap(name, { a: "other" });
          return edit({ ...made, metadata: { ...made.metadata, annotations } });
        };
        const [a, b] = [await anew(`${app}-a`, {}), await anew(`${app}-b`, { "meta.helm.sh/release-name": "other" })];
        await drift([a, b]);
        const fact = await story.finished(app, ({ result }) => result === ApplyResult.HELD);
        expect(fact.failed.map(({ reason }) => reason?.message)).toEqual([
          expect.stringContaining("was deleted and made again by kubectl-edit: Helm manages it"),
        ]);
        const live = await story.live(configMap(`${app}-a`));
        expect(live?.["data"]).toEqual({ a: "1" });
        expect((await story.inventory(app))?.items.find(({ ref }) => ref?.name === `${app}-a`)?.uid).toBe(
          a.metadata.uid,
        );
        expect((await story.live(configMap(`${app}-b`)))?.["data"]).toEqual({ a: "other" });
        const from = story.heard.length;
        await edit(configMap(`${app}-b`, { a: "other" })); // takes the annotation off: no new finding follows from that
        await story.finished(app, ({ result }) => result === ApplyResult.CORRECTED, from);
        expect((await story.live(configMap(`${app}-b`)))?.["data"]).toEqual({ a: "1" });
        await applier.stop();
      });
    });
  },
);
