import { flows, LedgerEntry, RefreshHint, smallProfile, subjectOf } from "@evenkeel/contracts";
import { nkeyAuthenticator } from "@nats-io/nats-core";
import { recordingTelemetry } from "@evenkeel/telemetry";
import { eventually, startTcpProxy } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import { BusRefused } from "../bus-errors.ts";
import type { Bus } from "../port.ts";

const flow = flows.ledgerEntry;
const entry = (partition: number, n: number) => LedgerEntry.fromPartial({ partition, n: BigInt(n) });

const numbers = async (bus: Bus, partition: number, from = 1): Promise<readonly number[]> => {
  const found: number[] = [];
  const { signal } = new AbortController();
  for await (const { fact } of bus.readAll(flow, { partition: String(partition) }, from, signal))
    found.push(Number(fact.n));
  return found;
};

test("a chain is read whole and in order, from any place, and only as far as it went when asked", async () => {
  await using bus = await startTestBus();
  const applier = await bus.connect("applier");
  const api = await bus.connect("status-api");
  expect(await numbers(api, 0)).toEqual([]);
  let sequence = 0;
  let last = 0;
  for (let n = 1; n <= 40; n++) {
    last = (await applier.publish(flow, entry(0, n), { expectLast: last })).sequence;
    if (n === 20) sequence = last;
    await applier.publish(flow, entry(1, n));
  }
  const all = Array.from({ length: 40 }, (_unused, n) => n + 1);
  expect(await numbers(api, 0)).toEqual(all);
  expect(await numbers(api, 0, sequence + 1)).toEqual(all.slice(20));
  expect(await numbers(api, 0, last + 1)).toEqual([]);
});

test("a chain that is read while the way to the bus hangs comes whole, and no entry comes twice", async () => {
  await using bus = await startTestBus();
  await using proxy = await startTcpProxy(Number(new URL(bus.nats.url).port));
  const applier = await bus.connect("applier");
  const many = Array.from({ length: 3000 }, (_unused, n) => n + 1);
  for (let at = 0; at < many.length; at += 500) {
    await Promise.all(
      many.slice(at, at + 500).map((n) => applier.publish(flow, { ...entry(0, n), instance: "x".repeat(300) })),
    );
  }
  const telemetry = recordingTelemetry("status-api");
  const api = await bus.connectBy(`nats://127.0.0.1:${proxy.port}`, "status-api", "one", telemetry);
  const found: number[] = [];
  for await (const { fact } of api.readAll(flow, { partition: "0" }, 1, new AbortController().signal)) {
    found.push(Number(fact.n));
    if (found.length > 1) continue;
    // Long enough for the watch to be given up, not for the connection.
    proxy.hang();
    await eventually(
      () => telemetry.logs.some(({ msg }) => /^watch (is opened again|could not be opened)/.test(String(msg))),
      {
        timeoutMs: 20_000,
      },
    );
    await proxy.open();
  }
  expect(found.length).toBeGreaterThanOrEqual(many.length);
  expect(found.toSorted((a, b) => a - b)).toEqual(many);
}, 60_000);

test("what somebody wrote into a chain without a signature is an error to every reader", async () => {
  await using bus = await startTestBus();
  const applier = await bus.connect("applier");
  await applier.publish(flow, entry(0, 1));
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(bus.identities.keys.applier.seed));
  const forger = await bus.dial({ servers: bus.nats.url, inboxPrefix: "_INBOX_applier", authenticator });
  await forger.request(subjectOf(flow, entry(0, 2), smallProfile), flow.codec.encode(entry(0, 2)).finish());
  await forger.close();
  await expect(numbers(applier, 0)).rejects.toBeInstanceOf(BusRefused);
  await expect(applier.readLast(flow, { partition: "0" })).rejects.toBeInstanceOf(BusRefused);
});

test("a hint reaches the other replicas and the sender itself, and an unsigned one nobody", async () => {
  await using bus = await startTestBus();
  const [one, two] = await Promise.all([bus.connect("source-watcher", "one"), bus.connect("source-watcher", "two")]);
  const heard: string[] = [];
  const stop = new AbortController();
  one.onHint(flows.refreshHint, ({ source }) => heard.push(`one ${source}`), stop.signal);
  two.onHint(flows.refreshHint, ({ source }) => heard.push(`two ${source}`), stop.signal);
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(bus.identities.keys["source-watcher"].seed));
  const forger = await bus.dial({ servers: bus.nats.url, inboxPrefix: "_INBOX_source-watcher", authenticator });
  forger.publish("ek.v1.hint.forged", RefreshHint.encode(RefreshHint.fromPartial({ source: "forged" })).finish());
  await forger.flush();
  await forger.close();
  await eventually(() => {
    one.hint(flows.refreshHint, RefreshHint.fromPartial({ source: "web" }));
    return heard.includes("one web") && heard.includes("two web");
  });
  expect(heard.filter((what) => what.endsWith("forged"))).toEqual([]);
  stop.abort();
});
