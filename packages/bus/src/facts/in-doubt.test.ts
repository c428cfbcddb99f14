import { flows, LedgerEntry, smallProfile, subjectOf } from "@evenkeel/contracts";
import { nkeyAuthenticator } from "@nats-io/nats-core";
import { eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { startTestBus, type TestBus } from "../bus.fixture.ts";
import { BusConflict } from "../bus-errors.ts";
import { commit, flow } from "../commit.fixture.ts";
import type { Bus } from "../port.ts";

// On one server what is expected is looked at before the message id, on three after it.

const entry = (n: bigint, epoch: bigint, instance = "one") =>
  LedgerEntry.fromPartial({ partition: 0, n, epoch, instance });
const append = (bus: Bus, fact: LedgerEntry, expectLast: number) =>
  bus.publish(flows.ledgerEntry, fact, { expectLast });

const chain = async (bus: Bus): Promise<readonly (readonly [bigint, bigint])[]> => {
  const found: (readonly [bigint, bigint])[] = [];
  const all = bus.readAll(flows.ledgerEntry, { partition: "0" }, 1, new AbortController().signal);
  for await (const { fact } of all) found.push([fact.n, fact.epoch]);
  return found;
};

/** Puts bytes that are no fact on a subject, as whoever may publish there can. */
const overwrite = async (bus: TestBus, subject: string): Promise<void> => {
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(bus.identities.keys["source-watcher"].seed));
  const servers = bus.servers.map(({ url }) => url);
  const nc = await bus.dial({ servers, inboxPrefix: "_INBOX_source-watcher", authenticator });
  await nc.request(subject, "not a fact", { timeout: 5000 });
  await nc.close();
};

describe.each([1, 3] as const)("on %i server(s)", (replicas) => {
  test.concurrent("an owner that lost its chain is told so, though it writes the same number", async () => {
    await using bus = await startTestBus(replicas);
    const owner = await bus.connect("applier", "owner");
    const zombie = await bus.connect("applier", "zombie");
    const first = await append(zombie, entry(1n, 7n), 0);
    await append(owner, entry(2n, 8n), first.sequence);
    await expect(append(zombie, entry(2n, 7n), first.sequence)).rejects.toBeInstanceOf(BusConflict);
    await expect(append(zombie, entry(2n, 8n, "two"), first.sequence)).rejects.toBeInstanceOf(BusConflict);
    expect(await chain(owner)).toEqual([
      [1n, 7n],
      [2n, 8n],
    ]);
  });

  test.concurrent("one of many that write the same number of a chain at once wins, and all others know", async () => {
    await using bus = await startTestBus(replicas);
    const buses = await Promise.all(["a", "b", "c", "d"].map((name) => bus.connect("applier", name)));
    let last = 0;
    for (let n = 1n; n <= 5n; n += 1n) {
      const tries = await Promise.allSettled(buses.map((each, m) => append(each, entry(n, n * 10n + BigInt(m)), last)));
      const won = tries.flatMap((end) => (end.status === "fulfilled" ? [end.value.sequence] : []));
      expect(won).toHaveLength(1);
      for (const end of tries) if (end.status === "rejected") expect(end.reason).toBeInstanceOf(BusConflict);
      [last = 0] = won;
    }
    expect((await chain(buses[0]!)).map(([n]) => n)).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  test.concurrent("a fact that somebody overwrote is told again under its own id, at once", async () => {
    await using bus = await startTestBus(replicas);
    const watcher = await bus.connect("source-watcher");
    const fact = commit("web", 1n);
    await watcher.publish(flow, fact, { expectLast: 0 });
    await overwrite(bus, subjectOf(flow, fact, smallProfile));
    await eventually(async () => (await watcher.readLast(flow, { source: "web" })) === undefined);
    const again = await watcher.publish(flow, fact, { expectLast: 0 });
    expect(again.duplicate).toBe(false);
    expect((await watcher.readLast(flow, { source: "web" }))?.sequence).toBe(again.sequence);
  });

  test.concurrent("a fact that came back to what it was is stored as the newest", async () => {
    await using bus = await startTestBus(replicas);
    const watcher = await bus.connect("source-watcher");
    const [a, b] = [commit("web", 1n), { ...commit("web", 1n), subject: "other words" }];
    const first = await watcher.publish(flow, a, { expectLast: 0 });
    const second = await watcher.publish(flow, b, { expectLast: first.sequence });
    const third = await watcher.publish(flow, a, { expectLast: second.sequence });
    expect((await watcher.readLast(flow, { source: "web" }))?.sequence).toBe(third.sequence);
    expect(third.sequence).toBeGreaterThan(second.sequence);
  });
});
