import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Bus } from "@evenkeel/bus";
import { EntryKind, flows } from "@evenkeel/contracts";
import { ChainBroken, entryHash, verifySegment } from "@evenkeel/ledger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readChain } from "../core/ledger/verify-chain.ts";
import { LeaseLost, LedgerFull } from "../write/write-refused.ts";
import { cluster, filesIn, startChains, writesOf } from "./chain-story.fixture.ts";
import type { ChainStory, Owner } from "./chain-story.fixture.ts";
import { openExporter } from "./export/exporter.ts";
import { createRotation } from "./keep-rotated.ts";
import { createLedgerRoom } from "./ledger-room.ts";
import { rotateChain } from "./rotate-chain.ts";

const signal = AbortSignal.timeout(540_000);

/** A bus whose client dies at one call: before it is sent, or after it was answered. */
const dyingBus = (bus: Bus, at: number, when: "before" | "after"): Bus => {
  let calls = 0;
  const guarded = new Set(["storeLevel", "readAll", "publish", "purgeBefore"]);
  return new Proxy(bus, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (!guarded.has(String(name))) return value.bind(target) as unknown;
      return (...given: unknown[]): unknown => {
        calls += 1;
        const dies = calls === at;
        if (calls > at || (dies && when === "before")) throw new Error("killed");
        const result = value.apply(target, given) as unknown;
        if (!dies || name === "readAll") return result;
        return Promise.resolve(result).then(() => Promise.reject(new Error("killed")));
      };
    },
  });
};

describe("rotating a chain of the ledger, on real nats-servers", { timeout: 300_000 }, () => {
  let story: ChainStory;
  beforeAll(async () => {
    story = await startChains();
  }, 120_000);
  afterAll(async () => {
    await story?.[Symbol.asyncDispose]();
  });

  /** Number and hash of every exported entry of a partition; every file verifies. */
  const exported = async (partition: number): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    for (const file of (await filesIn(story.folder)).filter((name) => name.includes(`/hub.${partition}/`))) {
      const bytes = await readFile(join(story.folder, file));
      verifySegment(bytes);
      for (const line of bytes.toString().trimEnd().split("\n").slice(1)) {
        const { n, hash } = JSON.parse(line) as { readonly n: string; readonly hash: string };
        expect(found.get(n) ?? hash, `entry ${n}`).toBe(hash);
        found.set(n, hash);
      }
    }
    return found;
  };

  /** The chain verifies from where it begins, and all that is before lies in the export. */
  const expectWhole = async (partition: number): Promise<void> => {
    const entries = await story.entries(partition);
    const [first] = entries;
    const reading = readChain(entries, undefined, cluster);
    expect(first?.fact.n).toBeGreaterThan(1n);
    expect(reading.begins?.lastN).toBeGreaterThanOrEqual((first?.fact.n ?? 0n) - 1n);
    const files = await exported(partition);
    for (let n = 1n; n < (first?.fact.n ?? 0n); n += 1n) expect(files.has(String(n)), `entry ${n}`).toBe(true);
    expect(files.get(String((first?.fact.n ?? 0n) - 1n))).toBe(first?.fact.prevHash);
    for (const { fact } of entries) {
      const known = files.get(String(fact.n));
      if (known !== undefined) expect(known).toBe(entryHash(fact));
    }
  };

  test("far beyond the ledger's limit nothing stops, and what is gone is in the export", async () => {
    const owner = await story.own(0);
    const early = { ...owner.chain.head!, epoch: owner.lease.epoch };
    await owner.chain.append(EntryKind.INTENT, writesOf("quiet", "open-for-ever", 7));
    const { maxBytes } = await story.bus.storeLevel("LEDGER", signal);
    let most = 0;
    // Each run is more than 5 kB of entries: four times what fits.
    for (let runs = 0; runs * 5_000 < maxBytes * 4; runs += 10) {
      await owner.work(10);
      while (await rotateChain(owner, signal));
      most = Math.max(most, await story.share());
    }
    expect(most).toBeGreaterThan(0.5);
    expect(most).toBeLessThan(0.7);
    await expectWhole(0);
    // Who knows an entry from before the seals goes on, with what was last given to a unit that was quiet since.
    const reading = readChain(await story.entries(0, early.sequence), early, cluster);
    expect(reading.begins?.lastN).toBeGreaterThan(early.n);
    expect(reading.floors.get("uid-quiet")?.version.sources[0]?.seq).toBe(7n);
    expect(reading.open.get("open-for-ever")?.writes).toHaveLength(20);
    expect([...reading.open.keys()]).toEqual(["open-for-ever"]);
  });

  const steps = [
    "the level is read",
    "the chain is read",
    "a part is sealed",
    "the seal is stored",
    "the stream is purged",
  ];
  test.each(
    steps.flatMap(
      (step, index) =>
        [
          [`before ${step}`, index + 1, "before"],
          [`after ${step}`, index + 1, "after"],
        ] as const,
    ),
  )("killed %s, the next owner ends it and nothing is lost", async (_title, at, when) => {
    const victim = await story.own(1);
    await story.fill(victim, 0.62);
    const dying = dyingBus(story.bus, at + 1, when); // one call opens the chain
    const killed: Owner = await story.own(1, { bus: dying });
    await expect(rotateChain(killed, signal)).rejects.toThrow(/killed|cannot be written/);
    const successor = await story.own(1);
    await story.fill(successor, 0.62);
    expect(await rotateChain(successor, signal)).toBe(true);
    await expectWhole(1);
  });

  test("a file that a killed owner left half written is written anew", async () => {
    const owner = await story.own(1);
    await story.fill(owner, 0.62);
    const before = new Set(await filesIn(story.folder));
    await expect(rotateChain({ ...owner, bus: dyingBus(story.bus, 3, "before") }, signal)).rejects.toThrow("killed");
    const [made] = (await filesIn(story.folder)).filter((name) => !before.has(name));
    await writeFile(join(story.folder, `${made}.one.tmp`), "half");
    await story.fill(owner, 0.62);
    expect(await rotateChain(owner, signal)).toBe(true);
    await expectWhole(1);
  });

  test("an owner that was succeeded seals and purges nothing", async () => {
    const zombie = await story.own(1);
    await story.fill(zombie, 0.62);
    const successor = await story.own(1);
    const before = (await story.entries(1)).length;
    await expect(rotateChain(zombie, signal)).rejects.toThrow(LeaseLost);
    expect((await story.entries(1)).length).toBe(before);
    expect(zombie.lease.live()).toBe(false);
    expect(await rotateChain(successor, signal)).toBe(true);
    await expectWhole(1);
  });

  test("where the server refuses the purge, nothing is sealed twice for it, and it is purged as soon as it may", async () => {
    const owner = await story.own(1);
    await story.fill(owner, 0.62);
    let refusals = 3;
    const refusing = new Proxy(story.bus, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "purgeBefore" || refusals === 0) return value.bind(target) as unknown;
        return () => {
          refusals -= 1;
          return Promise.reject(new Error("permissions violation"));
        };
      },
    });
    const rotation = createRotation({ ...owner, bus: refusing }, signal);
    const seals = async () => (await story.entries(1)).filter(({ fact }) => fact.seal?.complete).length;
    expect(await rotation.run()).toBe("permissions violation");
    const [sealed, first] = [await seals(), (await story.entries(1))[0]];
    expect(await rotation.run()).toBe("permissions violation");
    expect(await rotation.run()).toBe("permissions violation");
    expect(await seals()).toBe(sealed);
    expect((await story.entries(1))[0]).toEqual(first);
    expect(await rotation.run()).toBeUndefined();
    expect((await story.entries(1))[0]?.fact.n).toBeGreaterThan(first?.fact.n ?? 0n);
    await expectWhole(1);
  });

  test("where nothing can be exported nothing goes: intents end before the ledger is full, outcomes still fit", async () => {
    const file = join(story.folder, "no-folder");
    await writeFile(file, "");
    let failure: string | undefined;
    const room = createLedgerRoom(story.bus, async () => failure);
    const owner = await story.own(1, { exporter: openExporter(file), room });
    const rotation = createRotation(owner, signal);
    await story.fill(owner, 0.62);
    failure = await rotation.run();
    expect(failure).toMatch(/ENOTDIR|EEXIST/);
    const before = await story.entries(1);
    await owner.chain.append(EntryKind.INTENT, writesOf("last", "last", 1));
    await expect(story.fill(owner, 1)).rejects.toThrow(LedgerFull);
    await expect(story.fill(owner, 1)).rejects.toThrow(/nearly full \(0\.\d of 0\.5 MiB\): .*(ENOTDIR|EEXIST)/);
    expect(await story.share()).toBeGreaterThan(0.8);
    expect(await story.share()).toBeLessThan(0.95);
    await owner.chain.append(EntryKind.OUTCOME, writesOf("last", "last", 1, "applied"));
    expect((await story.entries(1))[0]).toEqual(before[0]);
    // As soon as there is a folder, it goes on.
    const mended = { ...owner, exporter: openExporter(story.folder) };
    expect(await createRotation(mended, signal).run()).toBeUndefined();
    await owner.work(3);
    await expectWhole(1);
  });

  test("without a folder the last runs of each unit are kept, and the seal says that the rest was let go", async () => {
    const without = { ...(await story.own(1)), exporter: undefined };
    await without.chain.append(EntryKind.OUTCOME, writesOf("quiet", "q", 3, "applied"));
    await story.fill({ ...without }, 0.62);
    expect(await rotateChain(without, signal)).toBe(true);
    const reading = readChain(await story.entries(1), undefined, cluster);
    expect(reading.begins).toMatchObject({ file: "" });
    expect(reading.floors.has("uid-quiet")).toBe(true);
  });
});

test.each([
  ["its first entries", 0],
  ["more than was sealed", 2],
])("a chain that somebody took %s of is sealed no further, by its owner nor by the next", async (_t, steps) => {
  await using story = await startChains();
  const partition = 2;
  const owner = await story.own(partition);
  await story.fill(owner, 0.62);
  const rotation = createRotation(owner, signal);
  for (let step = 0; step < steps; step += 1) {
    expect(await rotation.run()).toBeUndefined();
    await story.fill(owner, 0.62);
  }
  const entries = await story.entries(partition);
  const cut = entries[steps === 0 ? 10 : entries.length - 4]!;
  await story.bus.purgeBefore(flows.ledgerEntry, { partition: String(partition) }, cut.sequence, signal);
  await story.fill(owner, 0.64);
  const why = /^ledger entry \d+ is the first, and no seal says what was before it/;
  expect(await rotation.run()).toMatch(why);
  const next = await story.own(partition);
  await expect(rotateChain(next, signal)).rejects.toThrow(why);
  const left = await story.entries(partition);
  expect(left[0]?.fact.n).toBe(cut.fact.n);
  expect(() => readChain(left, undefined, cluster)).toThrow(ChainBroken);
});
