import { flows, LedgerEntry, partitionOf, smallProfile } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import { serveStatus } from "../story/served-status.fixture.ts";
import type { ServedStatus } from "../story/served-status.fixture.ts";
import * as story from "../story/story.fixture.ts";

const web = { cluster: "prod-eu", app: "web" };
const partition = partitionOf("prod-eu", "web", smallProfile);

/** Adds runs to the chain as its owner does: an intent and an outcome each; where the bus was made anew, from 1 on. */
const addRuns = async (served: ServedStatus, ...letters: readonly string[]): Promise<void> => {
  const applier = await served.as("applier");
  for (const letter of letters) {
    const last = await applier.readLast(flows.ledgerEntry, { partition: String(partition) });
    let expectLast = last?.sequence ?? 0;
    const n = Number(last?.fact.n ?? 0n) + 1;
    const seq = 1 + letter.charCodeAt(0) - "a".charCodeAt(0);
    for (const entry of story.ledger(partition, n, seq, letter)) {
      const fact = LedgerEntry.fromPartial({ ...entry, epoch: BigInt(seq) });
      expectLast = (await applier.publish(flows.ledgerEntry, fact, { expectLast })).sequence;
    }
  }
};
const historyOf = async ({ client }: ServedStatus): Promise<readonly string[]> =>
  (await client.getHistory(web)).items.map(({ revision }) => revision);

describe("the history of a unit after its chain was made anew", { timeout: 60_000 }, () => {
  it.each([
    ["is nothing, where nothing was written since", [], []],
    ["is what the new chain holds, where that is shorter", ["d"], ["d"]],
    ["is what the new chain holds, where it ends at the same place", ["d", "e"], ["e", "d"]],
    ["is what the new chain holds, where it has grown longer", ["d", "e", "f"], ["f", "e", "d"]],
  ])("%s", async (_title, anew, shown) => {
    await using served = await serveStatus();
    const watcher = await served.as("source-watcher");
    await watcher.publish(flows.commitObserved, story.observed(3, "a"));
    const renderer = await served.as("renderer");
    await renderer.publish(flows.desiredStateChanged, story.desired(3, "a"), { expectLast: 0 });
    await addRuns(served, "a", "b");
    await expect.poll(() => historyOf(served).catch(() => []), { timeout: 20_000 }).toHaveLength(2);
    await served.lose("LEDGER");
    await addRuns(served, ...anew);
    expect(await historyOf(served)).toEqual(shown.map((letter) => story.sha(letter)));
  });
});
