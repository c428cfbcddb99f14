import { EntryKind } from "@evenkeel/contracts";
import { withhold } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { readChain } from "../core/ledger/verify-chain.ts";
import { LeaseLost } from "../write/write-refused.ts";
import { cluster, startChains, writesOf } from "./chain-story.fixture.ts";

test("a chain verifies with entries that named a credential, and none of them holds it", async () => {
  await using story = await startChains();
  const owner = await story.own(0);
  const intent = writesOf("app", "r1", 1);
  await owner.chain.append(EntryKind.INTENT, intent);
  withhold("s3cr3t-pass-of-a-host");
  const result = "failed: https://user:s3cr3t-pass-of-a-host@git.example/x answered 403";
  const [first, ...rest] = intent.writes;
  const writes = [{ ...first!, result }, ...rest];
  await owner.chain.append(EntryKind.OUTCOME, { ...intent, writes, result: "failed" });
  await owner.work(1);
  const entries = await story.entries(0);
  expect(readChain(entries, undefined, cluster).head).toEqual(owner.chain.head);
  expect(entries[2]?.fact.units[0]?.writes[0]?.result).toMatch(/^failed: .* answered 403$/);
  expect(entries[2]?.fact.units[0]?.writes[0]?.result).not.toContain("s3cr3t");
});

test("an owner that stood still begins nothing, tells what it has done, and goes on once its lease is sure", async () => {
  await using story = await startChains();
  const owner = await story.own(0);
  await owner.chain.append(EntryKind.INTENT, writesOf("app", "r1", 1));
  owner.doubt(true);
  await expect(owner.chain.append(EntryKind.INTENT, writesOf("app", "r2", 2))).rejects.toThrow(LeaseLost);
  await owner.chain.append(EntryKind.OUTCOME, writesOf("app", "r1", 1, "applied"));
  owner.doubt(false);
  await owner.work(1);
  const entries = await story.entries(0);
  expect(entries.map(({ fact }) => fact.kind)).toEqual([
    EntryKind.TAKEOVER,
    EntryKind.INTENT,
    EntryKind.OUTCOME,
    EntryKind.INTENT,
    EntryKind.OUTCOME,
  ]);
  expect(readChain(entries, undefined, cluster).open.size).toBe(0);
});

test("what an owner that stood still tells too late is refused: another has the chain", async () => {
  await using story = await startChains();
  const owner = await story.own(0);
  await owner.chain.append(EntryKind.INTENT, writesOf("app", "r1", 1));
  owner.doubt(true);
  const next = await story.own(0);
  await expect(owner.chain.append(EntryKind.OUTCOME, writesOf("app", "r1", 1, "applied"))).rejects.toThrow(LeaseLost);
  owner.doubt(false);
  expect(owner.lease.live()).toBe(false);
  await next.work(1);
  const epochs = (await story.entries(0)).map(({ fact }) => fact.epoch - owner.lease.epoch);
  expect(epochs).toEqual([0n, 0n, 1n, 1n, 1n]);
});
