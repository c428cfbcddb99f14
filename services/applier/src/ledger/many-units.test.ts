import { EntryKind } from "@evenkeel/contracts";
import type { Unit } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { readChain } from "../core/ledger/verify-chain.ts";
import { LedgerFull } from "../write/write-refused.ts";
import { cluster, startChains, writesOf } from "./chain-story.fixture.ts";
import { createRotation } from "./keep-rotated.ts";
import type { Rotation } from "./keep-rotated.ts";
import { createLedgerRoom } from "./ledger-room.ts";

const signal = AbortSignal.timeout(300_000);
const timeout = 300_000;

/** An owner that is told which units are gone, and rotates as the applier does, over units that each have one run. */
const startUnits = async (isGone: (unit: Unit) => boolean) => {
  const story = await startChains();
  let rotation: Rotation | undefined;
  const room = createLedgerRoom(story.bus, async () => rotation?.run());
  const owner = await story.own(0, { room });
  const made = (rotation = createRotation({ ...owner, isGone }, signal));
  let n = 0;
  const preview = async (): Promise<void> => {
    n += 1;
    const [app, run] = [`preview-${n}`, `${owner.lease.epoch}.${n}`];
    await owner.chain.append(EntryKind.INTENT, writesOf(app, run, n));
    await owner.chain.append(EntryKind.OUTCOME, writesOf(app, run, n, "applied"));
    if (n % 10 === 0) await made.run();
  };
  return { story, rotation: made, preview, count: () => n, [Symbol.asyncDispose]: () => story[Symbol.asyncDispose]() };
};

test("units that come and go by the thousand never fill the ledger", { timeout }, async () => {
  let newest = 0;
  await using units = await startUnits(({ app }) => Number(app.split("-")[1]) < newest - 20);
  while (units.count() < 600) {
    await units.preview();
    newest = units.count();
  }
  expect(await units.story.share()).toBeLessThan(0.7);
  const { floors } = readChain(await units.story.entries(0), undefined, cluster);
  expect(floors.get("uid-preview-600")?.version.sources[0]?.seq).toBe(600n);
});

test(
  "more units than the ledger is for are told before it is full, and it goes on once some are gone",
  { timeout },
  async () => {
    let gone = 0;
    await using units = await startUnits(({ app }) => Number(app.split("-")[1]) <= gone);
    const fill = async (): Promise<void> => {
      while (units.count() < 4_000) await units.preview();
    };
    await expect(fill()).rejects.toThrow(LedgerFull);
    expect(await units.rotation.run()).toMatch(/^what is carried of \d+ runs of units takes \d+ KiB/);
    expect(units.count()).toBeGreaterThan(382);
    expect(await units.story.share()).toBeLessThan(0.95);
    // Idle steps write nothing.
    const last = (await units.story.entries(0)).at(-1)?.fact.n;
    await units.rotation.run();
    expect((await units.story.entries(0)).at(-1)?.fact.n).toBe(last);
    const { floors } = readChain(await units.story.entries(0), undefined, cluster);
    for (let n = 1; n < units.count(); n += 1) expect(floors.has(`uid-preview-${n}`), `unit ${n}`).toBe(true);

    gone = units.count();
    expect(await units.rotation.run()).toBeUndefined();
    for (let more = 0; more < 20; more += 1) await units.preview();
    expect(await units.story.share()).toBeLessThan(0.7);
  },
);
