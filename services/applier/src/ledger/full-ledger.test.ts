import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { ApplyResult, EntryKind, partitionOf, smallProfile } from "@evenkeel/contracts";
import { storedAs, verifySegment } from "@evenkeel/ledger";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, temporaryFolder } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { readChain } from "../core/ledger/verify-chain.ts";
import { clusterName } from "../story/story-declarations.fixture.ts";
import { installation, startStory } from "../story/story.fixture.ts";
import { filesIn } from "./chain-story.fixture.ts";
import { verify } from "./export/verify-ledger.fixture.ts";

const signal = AbortSignal.timeout(540_000);
const apps = ["one", "two", "three", "four"];

const objectsOf = (app: string, round: number): readonly KubeObject[] =>
  Array.from({ length: 20 }, (_, n) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${app}-${n}` },
    data: { round: String(round) },
  }));

describe.skipIf(!controlPlaneAvailable)(
  "a ledger that is far too small, on a real nats-server and kube-apiserver",
  () => {
    test("stops nothing: it is sealed, exported and goes on, and a new owner reads it from the seal", async () => {
      await using story = await startStory({ size: 0.001 });
      await using folder = await temporaryFolder();
      await mkdir(join(folder.path, installation));
      for (const app of apps) await story.declare(app);
      let applier = await story.start({ ledgerExport: folder.path });
      const isSealed = async (): Promise<boolean> => {
        const entries = await Promise.all(apps.map((app) => story.ledger(app)));
        return entries.every(([first]) => (first?.n ?? 1n) > 1n);
      };
      const { maxBytes } = await story.buses["status-api"].storeLevel("LEDGER", signal);
      let [round, written] = [0, 0];
      while (written < maxBytes * 1.5 || !(await isSealed())) {
        round += 1;
        const from = story.heard.length;
        const at = round;
        await Promise.all(apps.map((app) => story.desire(app, objectsOf(app, at), at)));
        const facts = await Promise.all(
          apps.map((app) => story.finished(app, ({ version }) => version?.sources[0]?.seq === BigInt(at), from)),
        );
        for (const { result } of facts) expect(result).toBe(ApplyResult.APPLIED);
        const newest = await Promise.all(apps.map((app) => story.ledger(app)));
        // What the last run of each unit took, without what is stored beside it.
        written += newest.reduce((sum, entries) => sum + JSON.stringify(entries.slice(-2), words).length / 2, 0);
        signal.throwIfAborted();
      }
      await applier.stop();

      // From entry 1 on nothing is missing; an owner whose seal failed has exported some entries twice.
      const { code, err } = await verify(folder.path);
      expect(code).toBe(0);
      // What a folder cannot prove by itself is all it tells; what it says to compare with the bus is compared below.
      const told = err.split("\n").filter((line) => line !== "");
      expect(told.filter((line) => !toCompare.test(line))).toEqual([]);
      const namedOf = new Map(
        told.map((line) => toCompare.exec(line)?.slice(1) ?? []).map(([p, ...named]) => [p, named]),
      );
      for (const app of apps) {
        const entries = await story.ledger(app);
        const partition = partitionOf(clusterName, app, smallProfile);
        const named = namedOf.get(String(partition));
        if (named !== undefined) {
          const [n, prevHash] = named;
          expect(entries.find((entry) => String(entry.n) === n)?.prevHash).toBe(prevHash);
        }
        const stored = entries.map((fact, index) => storedAs(fact, index + 1));
        const reading = readChain(stored, undefined, clusterName);
        expect(reading.begins?.file).toMatch(new RegExp(`^[^/]+/hub\\.${partition}/[0-9a-f]{16}/`));
        expect(reading.floors.get(story.unit(app).appUid)?.version.sources[0]?.seq).toBe(BigInt(round));
        const files = (await filesIn(folder.path)).filter((file) => file.includes(`/hub.${partition}/`));
        const segments = await Promise.all(
          files.map(async (file) => verifySegment(await readFile(join(folder.path, file)))),
        );
        // One of them ends where the stream begins: the owner may have been stopped after an export and before its seal.
        const sealed = segments.find(({ last }) => last === (entries[0]?.n ?? 0n) - 1n);
        expect(sealed?.lastHash).toBe(entries[0]?.prevHash);
      }

      // The next owner takes the chains over from what the anchors name, and goes on.
      applier = await story.start({ ledgerExport: folder.path, instance: "two" });
      const from = story.heard.length;
      await story.desire("one", objectsOf("one", round + 1), round + 1);
      const { result } = await story.finished(
        "one",
        ({ version }) => version?.sources[0]?.seq === BigInt(round + 1),
        from,
      );
      expect(result).toBe(ApplyResult.APPLIED);
      await eventually(async () => {
        const last = (await story.ledger("one")).at(-1);
        expect(last?.kind).toBe(EntryKind.OUTCOME);
      });
      await applier.stop();
    }, 500_000);
  },
);

/** The one thing that an export folder says of itself: the partition, and the entry and hash with which the bus must go on. */
const toCompare =
  /^[^/ ]+ hub\.(\d+): the newest entry is \d+: compare with the bus, which must go on with entry (\d+) and prevHash ([0-9a-f]{64}), /;

const words = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
