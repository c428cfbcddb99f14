import type { Bus } from "@evenkeel/bus";
import { EntryKind, flows } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { emptyAnchor } from "../core/anchor/anchor-document.ts";
import { AuditUnavailable } from "../write/write-refused.ts";
import { cluster, startChains, writesOf } from "./chain-story.fixture.ts";
import { continueChain } from "./continue-chain.ts";
import { rotateChain } from "./rotate-chain.ts";

const signal = AbortSignal.timeout(120_000);

/** A bus whose reading of a stream has come as far as its third entry when `meanwhile` happens, once. */
const slowBus = (bus: Bus, meanwhile: () => Promise<unknown>): Bus => {
  let isOver = false;
  const readAll = async function* (...[flow, tokens, from, until]: Parameters<Bus["readAll"]>) {
    let [count, at] = [0, from];
    if (!isOver)
      for await (const delivery of bus.readAll(flow, tokens, from, until)) {
        at = delivery.sequence + 1;
        yield delivery;
        if ((count += 1) === 3) break;
      }
    if (!isOver) await meanwhile();
    isOver = true;
    yield* bus.readAll(flow, tokens, at, until);
  };
  return new Proxy(bus, {
    get: (target, name) => {
      const value: unknown = name === "readAll" ? readAll : Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
};

test("a chain that is sealed and purged while a cluster is taken over is read once more, and a cut one is damaged", async () => {
  await using story = await startChains();
  const owner = await story.own(0);
  await owner.chain.append(EntryKind.INTENT, writesOf("quiet", "left-open", 7));
  const anchor = { ...emptyAnchor, epoch: owner.lease.epoch, head: owner.chain.head };
  await story.fill(owner, 0.62);
  const next = await story.own(0);
  const rotating = { ...next, bus: slowBus(story.bus, async () => expect(await rotateChain(next, signal)).toBe(true)) };
  const floors = await continueChain(rotating, cluster, anchor, signal);
  expect(floors.get("uid-quiet")?.version.sources[0]?.seq).toBe(7n);
  const last = (await story.entries(0)).at(-1)?.fact;
  expect(last?.units[0]).toMatchObject({ run: "left-open", result: "interrupted" });

  // What nobody sealed is damage, however often it is read.
  const third = (await story.entries(0)).at(-4)?.sequence ?? 0;
  await story.bus.purgeBefore(flows.ledgerEntry, { partition: "0" }, third, signal);
  await expect(continueChain(next, cluster, anchor, signal)).rejects.toThrow(AuditUnavailable);
});
