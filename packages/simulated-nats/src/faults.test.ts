import { type Clock, systemClock, systemRng } from "@evenkeel/machine";
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import { expect, test } from "vitest";

import { createSimulatedNats, simulatedDial, type SimulatedNats, type SimulatedNatsOptions } from "./index.ts";

const start = (options: Partial<SimulatedNatsOptions> = {}): SimulatedNats =>
  createSimulatedNats({ clock: systemClock, rng: systemRng, ...options });

const open = (server: SimulatedNats, name = "one"): Promise<NatsConnection> =>
  simulatedDial(server)({
    servers: server.url,
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 10,
    reconnectJitter: 1,
  });

const ask = async (
  nc: NatsConnection,
  subject: string,
  body: object | string = "",
): Promise<Record<string, unknown>> => {
  const answer = await nc.request(subject, typeof body === "string" ? body : JSON.stringify(body), { timeout: 300 });
  return answer.json();
};

const makeStream = (nc: NatsConnection, more: object = {}) =>
  ask(nc, "$JS.API.STREAM.CREATE.S", { name: "S", subjects: ["s.>"], max_msgs_per_subject: 1, ...more });

const lastOf = async (nc: NatsConnection, subject: string): Promise<unknown> => {
  const { message } = await ask(nc, "$JS.API.STREAM.MSG.GET.S", { last_by_subj: subject });
  return (message as { readonly seq: number } | undefined)?.seq;
};

/** A clock that stands until it is moved. */
const handClock = (): Clock & { readonly move: (ms: number) => void } => {
  let now = Date.UTC(2030, 0, 1);
  let waiting: { readonly at: number; readonly call: () => void }[] = [];
  const after = (ms: number, call: () => void): Disposable => {
    const one = { at: now + ms, call };
    waiting.push(one);
    return { [Symbol.dispose]: () => void (waiting = waiting.filter((each) => each !== one)) };
  };
  return {
    ...systemClock,
    now: () => new Date(now),
    monotonic: () => now,
    after,
    move(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = waiting.toSorted((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        waiting = waiting.filter((each) => each !== next);
        now = next.at;
        next.call();
      }
      now = end;
    },
  };
};

test("a snapshot is a world to begin in: what came after it is not there, ids and deliveries are", async () => {
  const server = start();
  const nc = await open(server);
  const js = jetstream(nc);
  await makeStream(nc);
  await ask(nc, "$JS.API.CONSUMER.CREATE.S.d.s.>", {
    stream_name: "S",
    config: { durable_name: "d", ack_policy: "explicit", filter_subject: "s.>" },
  });
  await js.publish("s.a", "1", { msgID: "one" });
  const snapshot = server.snapshot();
  await js.publish("s.a", "2");
  expect(await lastOf(nc, "s.a")).toBe(2);
  server.restore(structuredClone(snapshot));
  await expect.poll(() => lastOf(nc, "s.a").catch(() => undefined)).toBe(1);
  expect(await ask(nc, "s.a", "")).toMatchObject({ seq: 2 });
  expect((await ask(nc, "$JS.API.CONSUMER.INFO.S.d"))["num_pending"]).toBe(1);
  server.wipe();
  await expect
    .poll(async () => (await ask(nc, "$JS.API.STREAM.INFO.S").catch((): Record<string, unknown> => ({})))["error"])
    .toMatchObject({ err_code: 10_059 });
  await nc.close();
});

test("a killed server that had not synced comes back without its last writes, with what they had replaced", async () => {
  const server = start();
  const nc = await open(server);
  await makeStream(nc);
  for (const subject of ["s.a", "s.b", "s.a", "s.a"]) await ask(nc, subject, "");
  const before = nc.info?.server_id;
  server.kill();
  server.loseTail("S", 1);
  server.start();
  await expect.poll(() => lastOf(nc, "s.a").catch(() => undefined)).toBe(3);
  expect(await lastOf(nc, "s.b")).toBe(2);
  expect(nc.info?.server_id).not.toBe(before);
  expect(await ask(nc, "s.a", "")).toMatchObject({ seq: 4 });
  await nc.close();
});

test("a full stream refuses what is new and takes what is known, until it is freed", async () => {
  const server = start();
  const nc = await open(server);
  await makeStream(nc, { discard: "new", max_bytes: 100_000 });
  await ask(nc, "s.a", "xx");
  server.fill("S");
  expect((await ask(nc, "s.b", "xx"))["error"]).toMatchObject({
    err_code: 10_077,
    description: "maximum bytes exceeded",
  });
  expect(await ask(nc, "s.a", "yy")).toMatchObject({ seq: 2 });
  server.free("S");
  expect(await ask(nc, "s.b", "xx")).toMatchObject({ seq: 3 });
  await nc.close();
});

test("without a leader a stream says so, says nothing, or is not there; a deposed one tells of the past", async () => {
  const server = start({ replicas: 3 });
  const nc = await open(server);
  await makeStream(nc, { num_replicas: 3 });
  await ask(nc, "s.a", "");
  server.stepDown("S", "unavailable");
  expect((await ask(nc, "s.a", ""))["error"]).toMatchObject({ err_code: 10_008 });
  server.stepDown("S", "silent");
  await expect(ask(nc, "s.a", "")).rejects.toThrow(/timeout/);
  server.stepDown("S", "nobody");
  await expect(ask(nc, "s.a", "")).rejects.toThrow(/no responders/);
  server.elect("S");
  server.loseAnswers("S", 1);
  await expect(ask(nc, "s.a", "")).rejects.toThrow(/timeout/);
  server.answerFromThePast("S");
  expect(await ask(nc, "s.a", "")).toMatchObject({ seq: 3 });
  expect(await lastOf(nc, "s.a")).toBe(2);
  server.elect("S");
  expect(await lastOf(nc, "s.a")).toBe(3);
  await nc.close();
});

test("the net may hold one direction of one client: its order stays, and nobody else waits", async () => {
  const held: (() => void)[] = [];
  let isHeld = false;
  const server = start({
    deliver: (_bytes, from, _to, pass) => {
      if (isHeld && from === "slow") held.push(pass);
      else queueMicrotask(pass);
    },
  });
  const [slow, quick] = [await open(server, "slow"), await open(server, "quick")];
  await makeStream(quick);
  isHeld = true;
  const late = [1, 2].map((n) => slow.request(`s.slow${n}`, "", { timeout: 2000 }));
  expect(await ask(quick, "s.quick", "")).toMatchObject({ seq: 1 });
  isHeld = false;
  for (const pass of held.toReversed()) pass();
  const answers = await Promise.all(late);
  expect(answers.map((each) => each.json<{ readonly seq: number }>().seq)).toEqual([2, 3]);
  await Promise.all([slow.close(), quick.close()]);
});

test("time is the given clock's: values expire when it is moved, and not before", async () => {
  const clock = handClock();
  const server = start({ clock });
  const nc = await open(server);
  await makeStream(nc, { max_age: 12e9, duplicate_window: 12e9 });
  await ask(nc, "s.a", "");
  clock.move(11_999);
  expect(await lastOf(nc, "s.a")).toBe(1);
  clock.move(1);
  expect(await lastOf(nc, "s.a")).toBeUndefined();
  await nc.close();
});

test.each([
  ["a request that is unknown", "$JS.API.STREAM.SNAPSHOT.S", {}, /request \$JS\.API\.STREAM\.SNAPSHOT/],
  ["a setting of streams", "$JS.API.STREAM.CREATE.S", { name: "S", retention: "interest" }, /interest retention/],
  ["a field of a request", "$JS.API.STREAM.INFO.S", { deleted_details: true }, /deleted_details/],
] as const)("%s that is not simulated is a fault", async (_title, subject, body, message) => {
  const faults: unknown[] = [];
  const server = start({ onFault: (error) => faults.push(error) });
  const nc = await open(server);
  nc.publish(subject, JSON.stringify(body));
  await nc.flush();
  expect((faults[0] as Error).name).toBe("NotSimulated");
  expect((faults[0] as Error).message).toMatch(message);
  await nc.close();
});

test("who has no key of the table does not come in, and who may not publish is told so", async () => {
  const server = start({ users: new Map([["UKNOWN", { name: "one", publish: ["s.>"], subscribe: ["_INBOX.>"] }]]) });
  const dial = (nkey: string): Promise<NatsConnection> =>
    simulatedDial(server)({ servers: server.url, reconnect: false, authenticator: () => ({ nkey, sig: "" }) });
  await expect(dial("UOTHER")).rejects.toThrow(/Authorization Violation/);
  const nc = await dial("UKNOWN");
  const told = (async () => {
    for await (const status of nc.status()) if (status.type === "error") return status.error.message;
    return "";
  })();
  nc.publish("t.x", "");
  expect(await told).toMatch(/Permissions Violation for Publish to "t.x"/);
  await nc.close();
});
