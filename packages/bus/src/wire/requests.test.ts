import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import { errors } from "@nats-io/nats-core";
import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import { dial } from "./connection.ts";
import { ConnectionLost } from "./explain-failure.ts";
import { inboxPrefix } from "../topology/permissions.ts";
import { portsOf } from "./ports.ts";
import { encodeHeaders, openRequests } from "./requests.ts";
import { signerOf } from "../trust/service-key.ts";
import { socketOf } from "./coalesce-writes.ts";

const connected = async (bus: Awaited<ReturnType<typeof startTestBus>>) => {
  const { seed } = bus.identities.keys.renderer;
  const nc = await dial(
    { servers: [bus.nats.url], name: "test", inboxPrefix: inboxPrefix("renderer"), signer: signerOf(seed) },
    portsOf({}),
    10_000,
  );
  return {
    nc,
    requests: openRequests(nc, inboxPrefix("renderer"), systemClock),
    [Symbol.asyncDispose]: () => nc.close(),
  };
};
const body = new Uint8Array();

test.concurrent("a request ends by its answer, by a refusal and by its signal", async () => {
  await using bus = await startTestBus();
  await using open = await connected(bus);
  const { requests } = open;
  const info = await requests.send("$JS.API.INFO", body, { timeoutMs: 5000 });
  expect(JSON.parse(Buffer.from(info.data).toString())).toHaveProperty("api");

  const refused = requests.send("ek.v1.commit.0.web", body, { timeoutMs: 60_000 });
  await expect(refused).rejects.toBeInstanceOf(errors.PermissionViolationError);

  const stop = new AbortController();
  const waits = [1, 2].map(() => requests.send("$JS.API.INFO", body, { timeoutMs: 60_000, signal: stop.signal }));
  stop.abort(new Error("enough"));
  for (const wait of waits) await expect(wait).rejects.toThrow("enough");
  await expect(requests.send("$JS.API.INFO", body, { timeoutMs: 1, signal: stop.signal })).rejects.toThrow("enough");
});

test.concurrent("what was under way when the connection was lost is told so", async () => {
  await using bus = await startTestBus();
  await using open = await connected(bus);
  process.kill(bus.nats.pid, "SIGSTOP");
  const sent = open.requests.send("$JS.API.INFO", body, { timeoutMs: 60_000 });
  const lost = expect(sent).rejects.toBeInstanceOf(ConnectionLost);
  await bus.nats.kill();
  await bus.restart();
  await lost;
  await open.requests.send("$JS.API.INFO", body, { timeoutMs: 5000 });
});

test.concurrent("what is written in one turn goes out with one write, before and after a reconnection", async () => {
  await using bus = await startTestBus();
  await using open = await connected(bus);
  const writesOf = async (): Promise<number> => {
    const socket = socketOf(open.nc) as unknown as { _writev: (...args: unknown[]) => void; _write: unknown };
    let writes = 0;
    const { _writev: many, _write: one } = socket as unknown as Record<string, (...args: unknown[]) => void>;
    socket._writev = (...args) => (writes++, many?.apply(socket, args));
    socket._write = (...args: unknown[]) => (writes++, one?.apply(socket, args));
    const send = async (hops: number): Promise<void> => {
      for (let hop = 0; hop < hops; hop++) await Promise.resolve();
      await open.requests.send("$JS.API.INFO", body, { timeoutMs: 5000 });
    };
    await Promise.all(Array.from({ length: 20 }, (_unused, index) => send(index * 3)));
    return writes;
  };
  expect(await writesOf()).toBe(1);
  await bus.nats.kill();
  await bus.restart();
  await open.requests.send("$JS.API.INFO", body, { timeoutMs: 60_000 }).catch(() => {});
  expect(await writesOf()).toBe(1);
});

test("headers are what the protocol writes, and one cannot begin another", () => {
  expect(
    Buffer.from(
      encodeHeaders([
        ["A", "1"],
        ["b", "x y"],
      ]),
    ).toString(),
  ).toBe("NATS/1.0\r\nA: 1\r\nb: x y\r\n\r\n");
  expect(() => encodeHeaders([["A", "1\r\nB: 2"]])).toThrow("header A is not legal");
  expect(() => encodeHeaders([["A: 1\r\nB", "2"]])).toThrow("is not legal");
});

test("a request that nobody answers ends by the clock given, and takes no other with it", async () => {
  let now = 0;
  let sweep: (() => void) | undefined;
  const clock: Clock = {
    ...systemClock,
    monotonic: () => now,
    after: (_ms, call) => {
      sweep = call;
      return { [Symbol.dispose]: () => {} };
    },
  };
  let answer: ((error: null, message: Partial<Msg>) => void) | undefined;
  const asked: string[] = [];
  const nc = {
    subscribe: (_subject: string, { callback }: { readonly callback: typeof answer }) => void (answer = callback),
    publish: (_subject: string, _body: Uint8Array, { reply }: { readonly reply: string }) => void asked.push(reply),
    status: async function* () {},
    closed: () => new Promise<void>(() => {}),
  } as unknown as NatsConnection;
  const requests = openRequests(nc, "_INBOX", clock);
  const short = requests.send("a", body, { timeoutMs: 100 });
  const long = requests.send("b", body, { timeoutMs: 60_000 });
  now = 99;
  sweep?.();
  now = 100;
  sweep?.();
  await expect(short).rejects.toBeInstanceOf(errors.TimeoutError);
  const message = { subject: asked[1]!, data: body };
  answer?.(null, message);
  expect(await long).toBe(message);
});
