import { EntryKind } from "@evenkeel/contracts";
import { withhold } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { readChain } from "../core/verify-chain.ts";
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
