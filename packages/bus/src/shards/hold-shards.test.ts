import { Lease as LeaseValue } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { eventually, startTcpProxy } from "@evenkeel/testing";

import { startTestBus, type TestBus } from "../bus.fixture.ts";
import { InstanceTaken } from "../bus-errors.ts";
import { adminOf } from "../topology/admin.fixture.ts";
import { hold, holdElsewhere } from "./shard-holder.fixture.ts";

const shards = ["0", "1", "2", "3"];

test.concurrent("one instance holds all shards, a second takes its share, and the leaver's shards are back long before their leases end", async () => {
  await using bus = await startTestBus();
  const one = hold(await bus.connect("applier", "one"), shards);
  await eventually(() => one.held.size === 4);
  expect([...one.held.values()].every((lease) => lease.live())).toBe(true);
  const before = [...one.held.values()].map(({ epoch }) => epoch);

  const two = hold(await bus.connect("applier", "two"), shards);
  await eventually(() => one.held.size === 2 && two.held.size === 2);
  const both = [...one.held.keys(), ...two.held.keys()].toSorted();
  expect(both).toEqual(shards);
  for (const { epoch } of two.held.values()) expect(epoch > before.reduce((a, b) => (a > b ? a : b))).toBe(true);

  await two.end();
  const leases = (await bus.connect("applier", "reader")).bucket("leases", LeaseValue);
  for (const shard of shards) {
    // Given back before it left, if the first has not taken it already.
    const value = (await leases.get(`applier.${shard}`))?.value;
    expect(value?.released === true || value?.owner === "one", shard).toBe(true);
  }
  await eventually(() => one.held.size === 4);
  await one.end();
});

test.concurrent("a killed process that comes back under its instance id has its leases soon, with a higher epoch", async () => {
  await using bus = await startTestBus();
  await using killed = await holdElsewhere(bus.config("applier", "one"), ["0"]);
  const owners: (string | undefined)[] = [];
  const stop = new AbortController();
  const reader = await bus.connect("applier", "reader");
  const onEntry = ({ value }: { readonly value: LeaseValue | undefined }) => owners.push(value?.owner);
  await reader.bucket("leases", LeaseValue).watch("applier.0", { onEntry }, stop.signal);
  killed.signal("SIGKILL");
  const again = hold(await bus.connect("applier", "one"), ["0"]);
  await eventually(() => again.held.size === 1);
  // Its own lease has not ended in between.
  expect(new Set(owners)).toEqual(new Set(["one"]));
  expect(again.held.get("0")?.epoch).toBeGreaterThan(killed.epoch);
  stop.abort();
  await again.end();
});

test.concurrent("a second process under the id of a live one is refused by name, and the first goes on", async () => {
  await using bus = await startTestBus();
  const first = hold(await bus.connect("applier", "one"), shards);
  await eventually(() => first.held.size === 4);
  const epochs = [...first.held.values()].map(({ epoch }) => epoch);
  const second = hold(await bus.connect("applier", "one"), shards);
  await expect(second.ended).rejects.toBeInstanceOf(InstanceTaken);
  await expect(second.ended).rejects.toThrow(/instance id one of applier is in use .* EVENKEEL_INSTANCE/);
  expect(second.held.size).toBe(0);
  expect([...first.held.values()].map(({ epoch }) => epoch)).toEqual(epochs);
  expect([...first.held.values()].every((lease) => lease.live())).toBe(true);
  await first.end();
});

test.concurrent("of two under one id the elder goes on, though it was taken for dead", async () => {
  await using bus = await startTestBus();
  await using elder = await holdElsewhere(bus.config("applier", "one"), ["0"]);
  elder.signal("SIGSTOP");
  const younger = hold(await bus.connect("applier", "one"), ["0"]);
  await eventually(() => younger.held.size === 1, { timeoutMs: 20_000 });
  elder.signal("SIGCONT");
  await expect(younger.ended).rejects.toBeInstanceOf(InstanceTaken);
  expect(younger.held.size).toBe(0);
});

/** Whether anything lies under a member's key. */
const isRemembered = async (bus: TestBus, instance: string): Promise<boolean> => {
  await using admin = await adminOf(bus);
  const subject = `$KV.members.applier.${instance}`;
  return (await admin.jsm.streams.getMessage("KV_members", { last_by_subj: subject })) !== null;
};

test.concurrent("all shards are owned after one replica was cut off for so long that another's end is forgotten", async () => {
  await using bus = await startTestBus();
  await using proxy = await startTcpProxy(Number(new URL(bus.nats.url).port));
  const eight = ["0", "1", "2", "3", "4", "5", "6", "7"];
  const cutOff = hold(await bus.connectBy(`nats://127.0.0.1:${proxy.port}`, "applier", "cut-off"), eight);
  const steady = hold(await bus.connect("applier", "steady"), eight);
  await using dead = await holdElsewhere(bus.config("applier", "dead"), eight);
  await eventually(() => cutOff.held.size > 0 && steady.held.size > 0 && cutOff.held.size + steady.held.size < 8, {
    timeoutMs: 20_000,
  });
  await proxy.refuse();
  dead.signal("SIGKILL");
  const cutAt = performance.now();
  // Its value expires after 12 s, silently; the cut off one has not heard of it for long by then.
  const isForgotten = async () => performance.now() - cutAt > 90_000 && !(await isRemembered(bus, "dead"));
  await eventually(isForgotten, { timeoutMs: 150_000, intervalMs: 1000 });
  await proxy.open();
  await eventually(() => cutOff.held.size > 0 && new Set([...cutOff.held.keys(), ...steady.held.keys()]).size === 8, {
    timeoutMs: 40_000,
  });
  await Promise.all([cutOff.end(), steady.end()]);
}, 240_000);

test.concurrent("however many hold shards of a service, it watches its leases and its members once", async () => {
  await using bus = await startTestBus();
  await using admin = await adminOf(bus);
  const detector = await bus.connect("drift-detector");
  const holders = Array.from({ length: 40 }, (_unused, n) => hold(detector, [`cluster-${n}`]));
  await eventually(() => holders.every(({ held }) => held.size === 1), { timeoutMs: 20_000 });
  for (const stream of ["KV_leases", "KV_members"]) {
    const names: string[] = [];
    for await (const { name } of admin.jsm.consumers.list(stream)) names.push(name);
    expect(names, stream).toHaveLength(1);
  }
  await Promise.all(holders.map(({ end }) => end()));
});

test.concurrent("only members that have what is wanted take shards, and it is told while nobody has it", async () => {
  await using bus = await startTestBus();
  let wanted: string | undefined = "old";
  let nobody = 0;
  const capability = (mine: string) => ({ mine, wanted: () => wanted, onNobody: () => void nobody++ });
  const oldBus = await bus.connect("renderer", "old");
  const old = hold(oldBus, shards, capability("old"));
  await eventually(() => old.held.size === 4);
  const young = hold(await bus.connect("renderer", "young"), shards, capability("new"));
  await eventually(async () => (await oldBus.bytes("members").keys("renderer.*")).length === 2);
  expect([old.held.size, young.held.size]).toEqual([4, 0]);

  const before = nobody;
  await old.end();
  await eventually(() => nobody > before);
  expect(young.held.size).toBe(0);
  wanted = "new";
  await eventually(() => young.held.size === 4);
  await young.end();
});
