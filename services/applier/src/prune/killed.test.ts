import { flowsOf, ApplyResult, EntryKind } from "@evenkeel/contracts";
import type { LedgerEntry } from "@evenkeel/contracts";
import { entryHash } from "@evenkeel/ledger";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const apps = Array.from({ length: 8 }, (_, n) => `app${n}`);
const rounds = 3;

/** So many that the prunes of all rounds together stay within the budget. */
const fillers = Array.from({ length: 13 }, (_, n) => n);

const objectsOf = (app: string, round: number): readonly KubeObject[] => [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: app } },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${app}-changing` }, data: { round: String(round) } },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${app}-round-${round}` }, data: { app } },
  ...fillers.map((n) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${app}-filler-${n}` } })),
];

describe.skipIf(!controlPlaneAvailable)("an applier process that is killed again and again", () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory();
    for (const app of apps) await story.declare(app);
  }, 120_000);
  afterAll(async () => {
    await story?.[Symbol.asyncDispose]();
  });

  test("leaves the cluster as Git says, nothing unlisted, and every write in one intent and one outcome", async () => {
    const until = AbortSignal.timeout(90_000);
    let victim = await story.spawn("victim");
    for (let round = 1; round <= rounds; round += 1) {
      // Killed while some units are done, some are being written and some wait.
      const enough = Promise.withResolvers<void>();
      const watching = new AbortController();
      let intents = 0;
      const onEntry = ({ fact }: { readonly fact: unknown }): void => {
        const { kind, units } = fact as LedgerEntry;
        if (kind === EntryKind.INTENT && units.some(({ version }) => version?.sources[0]?.seq === BigInt(round)))
          intents += units.length;
        if (intents >= round * 2) enough.resolve();
      };
      await story.buses["status-api"].view(flowsOf("LEDGER"), {}, { onEntry }, watching.signal);
      await Promise.all(apps.map((app) => story.desire(app, objectsOf(app, round), round)));
      await enough.promise;
      watching.abort();
      await victim.end("SIGKILL");
      victim = await story.spawn("victim");
    }
    const isDone = (app: string): boolean =>
      story.heard.some(
        (fact) =>
          fact.unit?.app === app &&
          fact.version?.sources[0]?.seq === BigInt(rounds) &&
          (fact.result === ApplyResult.APPLIED || fact.result === ApplyResult.UNCHANGED),
      );
    await eventually(() => apps.every(isDone), { timeoutMs: 30_000, signal: until });
    for (const app of apps) {
      const wanted = objectsOf(app, rounds);
      await eventually(
        async () => {
          const inventory = await story.inventory(app);
          expect(inventory?.complete).toBe(true);
          // The objects of the rounds before are pruned, whichever process saw them leave. One that was listed and never
          // made stays listed until no request of a killed process can still make it.
          const made = inventory?.items.filter(({ pending }) => !pending).map(({ ref }) => ref?.name);
          expect(made?.toSorted()).toEqual(wanted.map(({ metadata }) => metadata.name).toSorted());
        },
        { timeoutMs: 20_000, signal: until },
      );
      expect((await story.live(wanted[1]!))?.["data"]).toEqual({ round: String(rounds) });
      for (let round = 1; round < rounds; round += 1)
        expect(await story.live(objectsOf(app, round)[2]!)).toBeUndefined();
    }
    await victim.end("SIGTERM");
    for (const app of apps) {
      const entries = await story.ledger(app);
      const open = new Map<string, string>();
      entries.forEach((entry, index) => {
        expect(entry.prevHash).toBe(index === 0 ? "0".repeat(64) : entryHash(entries[index - 1]!));
        for (const { run, unit } of entry.units) {
          if (entry.kind === EntryKind.INTENT) open.set(run, unit?.app ?? "");
          else expect(open.delete(run)).toBe(true);
        }
      });
      expect([...open.values()]).toEqual([]);
    }
  }, 120_000);
});
