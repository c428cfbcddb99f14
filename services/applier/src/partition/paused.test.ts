import { flowsOf, EntryKind } from "@evenkeel/contracts";
import type { LedgerEntry } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";

const apps = Array.from({ length: 8 }, (_, n) => `app${n}`);
const rounds = 5;
/** More than the gap in its own tick after which an owner trusts none of its plans, less than its lease lasts. */
const PAUSE_MS = 3_000;

const objectsOf = (app: string, round: number): readonly KubeObject[] =>
  Array.from({ length: 30 }, (_, n) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${app}-${n}` },
    data: { round: String(round) },
  }));

describe.skipIf(!controlPlaneAvailable)("an applier process that stands still for a while, again and again", () => {
  test("goes on under the same lease: what it had begun is done, and every intent has one outcome", async () => {
    await using story = await startStory();
    for (const app of apps) await story.declare(app);
    const applier = await story.spawn("paused");
    for (let round = 1; round <= rounds; round += 1) {
      const begun = Promise.withResolvers<void>();
      const watching = new AbortController();
      const onEntry = ({ fact }: { readonly fact: unknown }): void => {
        const { kind, units } = fact as LedgerEntry;
        if (kind === EntryKind.INTENT && units.some(({ version }) => version?.sources[0]?.seq === BigInt(round)))
          begun.resolve();
      };
      await story.buses["status-api"].view(flowsOf("LEDGER"), {}, { onEntry }, watching.signal);
      await Promise.all(apps.map((app) => story.desire(app, objectsOf(app, round), round)));
      await begun.promise;
      watching.abort();
      process.kill(applier.pid, "SIGSTOP");
      const until = performance.now() + PAUSE_MS;
      await eventually(() => performance.now() > until);
      process.kill(applier.pid, "SIGCONT");
      await eventually(
        async () => {
          for (const app of apps) {
            const inventory = await story.inventory(app);
            expect([app, inventory?.version?.sources[0]?.seq, inventory?.complete]).toEqual([app, BigInt(round), true]);
          }
        },
        { timeoutMs: 30_000 },
      );
    }
    await applier.end("SIGTERM");
    for (const app of apps) {
      const open = new Set<string>();
      for (const { kind, units } of await story.ledger(app))
        for (const { run } of units)
          if (kind === EntryKind.INTENT) open.add(run);
          else expect(open.delete(run)).toBe(true);
      expect([...open]).toEqual([]);
    }
  }, 300_000);
});
