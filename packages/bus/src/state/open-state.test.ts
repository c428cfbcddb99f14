import { buckets, Inventory, Tip } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import { BusConflict } from "../bus-errors.ts";

const tipOf = (revision: string): Tip => Tip.fromPartial({ revision });

test("state is read and written by the fields of its key, and lies where its template says", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const own = watcher.ownState(buckets.tip);
  const tips = renderer.state(buckets.tip);
  expect(await tips.get({ source: "team/shop" })).toBeUndefined();
  const first = await own.create({ source: "team/shop" }, tipOf("one"));
  await expect(own.create({ source: "team/shop" }, tipOf("two"))).rejects.toBeInstanceOf(BusConflict);
  await own.update({ source: "team/shop" }, tipOf("two"), first);
  await own.put({ source: "_fleet" }, tipOf("fleet"));
  await watcher.ownState(buckets.leftTip).put({ source: "shop", line: "0a" }, tipOf("left"));
  expect(await tips.get({ source: "team/shop" })).toMatchObject({
    key: { source: "team/shop" },
    value: { revision: "two" },
  });
  expect((await renderer.bucket("tips", Tip).get("src.team=2Fshop"))?.value?.revision).toBe("two");
  expect(await tips.keys({})).toEqual([{ source: "_fleet" }, { source: "team/shop" }]);
  const seen: (readonly [string, string | undefined])[] = [];
  const stop = new AbortController();
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const onEntry = ({ key, value }: { readonly key: { readonly source: string }; readonly value: Tip | undefined }) => {
    seen.push([key.source, value?.revision]);
    if (value === undefined) resolve();
  };
  await tips.watch({}, { onEntry }, stop.signal);
  expect(new Map(seen)).toEqual(
    new Map([
      ["_fleet", "fleet"],
      ["team/shop", "two"],
    ]),
  );
  await own.delete({ source: "_fleet" });
  await gone;
  stop.abort();
  expect(seen.at(-1)).toEqual(["_fleet", undefined]);
});

test("a watch of what may have parts sees both in order, and of one cluster alone", async () => {
  await using bus = await startTestBus();
  const applier = await bus.connect("applier");
  const parts = applier.ownState(buckets.inventoryPart);
  const heads = applier.ownState(buckets.inventory);
  const nothing = Inventory.fromPartial({});
  await parts.put({ cluster: "prod.eu", app: "web", part: "0f" }, nothing);
  await heads.put({ cluster: "prod.eu", app: "web" }, nothing);
  await heads.put({ cluster: "test", app: "web" }, nothing);
  const seen: unknown[] = [];
  const stop = new AbortController();
  const state = (await bus.connect("status-api")).state(buckets.inventoryPart);
  await state.watch({ cluster: "prod.eu" }, { onEntry: ({ key }) => void seen.push(key) }, stop.signal);
  stop.abort();
  expect(seen).toEqual([
    { cluster: "prod.eu", app: "web", part: "0f" },
    { cluster: "prod.eu", app: "web" },
  ]);
  expect(await parts.keys({ cluster: "prod.eu", app: "web" })).toEqual([
    { cluster: "prod.eu", app: "web", part: "0f" },
  ]);
  expect(await heads.keys({ cluster: "prod.eu" })).toEqual([{ cluster: "prod.eu", app: "web" }]);
});

test("who does not write a value by the contract does not get it to write", async () => {
  await using bus = await startTestBus();
  const renderer = await bus.connect("renderer");
  expect(() => renderer.ownState(buckets.tip)).toThrow(
    "renderer does not write tips/src.{source}: source-watcher does",
  );
});
