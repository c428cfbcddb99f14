import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

import { systemClock } from "@evenkeel/machine";
import { afterEach, describe, expect, test } from "vitest";

import { openWindow } from "./concurrency-window.ts";
import { openTransport } from "./http2-transport.ts";
import type { KubeTransport } from "./transport.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const running: AsyncDisposable[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each[Symbol.asyncDispose]()));
});

/** A plain server that answers as told, and the transport to it; `asked` has what arrived. */
const against = async (
  answer: Answer,
  credentials: Parameters<typeof openTransport>[0]["credentials"] = { kind: "none" },
) => {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    request.resume().on("end", () => answer(request, response, asked.length));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const transport: KubeTransport = openTransport({ server: `http://127.0.0.1:${port}/prefix`, credentials });
  running.push(transport, {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
  return { transport, asked };
};
const json = (response: ServerResponse, status: number, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify({ kind: "X" }));
};
const get = { method: "GET", path: "/api/v1/x" } as const;
const forever = new AbortController().signal;

describe("one call", () => {
  test("goes below the server's own path, as evenkeel, with the identity to act as", async () => {
    const { transport, asked } = await against((_request, response) => json(response, 200));
    await transport.request({ ...get, impersonate: "system:serviceaccount:a:b" }, forever);
    expect(asked[0]).toMatchObject({
      url: "/prefix/api/v1/x",
      headers: { "user-agent": "evenkeel", "impersonate-user": "system:serviceaccount:a:b" },
    });
  });

  test("never acts as nobody", async () => {
    const { transport, asked } = await against((_request, response) => json(response, 200));
    await expect(transport.request({ ...get, impersonate: "" }, forever)).rejects.toThrow("empty identity");
    expect(asked).toHaveLength(0);
  });

  test("unpacks gzip", async () => {
    const { transport } = await against((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"kind":"Y"}'));
    });
    const { body } = await transport.request(get, forever);
    expect(body.toString()).toBe('{"kind":"Y"}');
  });

  test("a 401 makes it read its credentials anew, once", async () => {
    let reads = 0;
    const credentials = {
      kind: "dynamic",
      read: async () => ({ authorization: `Bearer ${(reads += 1)}` }),
    } as const;
    const { transport, asked } = await against(
      (request, response) => json(response, request.headers.authorization === "Bearer 2" ? 200 : 401),
      credentials,
    );
    expect((await transport.request(get, forever)).status).toBe(200);
    expect(asked.map((request) => request.headers.authorization)).toEqual(["Bearer 1", "Bearer 2"]);
  });

  test("a 401 for ever is an answer after one retry", async () => {
    const { transport, asked } = await against((_request, response) => json(response, 401));
    expect((await transport.request(get, forever)).status).toBe(401);
    expect(asked).toHaveLength(2);
  });

  test("waits as long as a 429 asks for, then goes again", async () => {
    const times: number[] = [];
    const { transport } = await against((_request, response, count) => {
      times.push(performance.now());
      json(response, count === 1 ? 429 : 200, { "retry-after": "1" });
    });
    expect((await transport.request(get, forever)).status).toBe(200);
    expect(times[1]! - times[0]!).toBeGreaterThan(900);
  });

  test.each([
    ["no answer", (): void => undefined],
    [
      "a body that never ends",
      (_request: IncomingMessage, response: ServerResponse): void => void response.writeHead(200).write("{"),
    ],
  ])("%s within the deadline is TRANSIENT", async (_title, answer) => {
    const { transport } = await against(answer);
    await expect(transport.request({ ...get, deadlineMs: 100 }, forever)).rejects.toMatchObject({
      errorClass: "TRANSIENT",
      reason: "DeadlineExceeded",
    });
  });

  test("a connection that breaks off is TRANSIENT", async () => {
    const { transport } = await against((request) => request.socket.destroy());
    await expect(transport.request(get, forever)).rejects.toMatchObject({ errorClass: "TRANSIENT", status: 0 });
  });
});

describe("a stream", () => {
  const stream = (transport: KubeTransport, silenceMs: number) =>
    transport.stream({ method: "GET", path: "/watch", silenceMs }, forever);

  test("gives lines until the server closes it", async () => {
    const { transport } = await against((_request, response) => {
      response.writeHead(200).write('{"a":1}\n{"b"');
      response.end(":2}\n");
    });
    const lines: string[] = [];
    for await (const line of await stream(transport, 1_000)) lines.push(line.toString());
    expect(lines).toEqual(['{"a":1}', '{"b":2}']);
  });

  test("silent for too long it ends as TRANSIENT, what came before was given", async () => {
    const { transport } = await against((_request, response) => void response.writeHead(200).write("{}\n"));
    const lines: string[] = [];
    const reading = (async () => {
      for await (const line of await stream(transport, 100)) lines.push(line.toString());
    })();
    await expect(reading).rejects.toMatchObject({ errorClass: "TRANSIENT", reason: "WatchSilent" });
    expect(lines).toEqual(["{}"]);
  });

  test("an answer other than 200 throws its class", async () => {
    const { transport } = await against((_request, response) => {
      response.writeHead(410).end('{"kind":"Status","status":"Failure","code":410,"reason":"Expired","message":"old"}');
    });
    await expect(stream(transport, 1_000)).rejects.toMatchObject({ errorClass: "GONE" });
  });

  test("left early it is closed", async () => {
    const closed = Promise.withResolvers<void>();
    const { transport } = await against((request, response) => {
      request.socket.once("close", () => closed.resolve());
      response.writeHead(200).write("{}\n");
    });
    {
      await using lines = await stream(transport, 10_000);
      await lines[Symbol.asyncIterator]().next();
    }
    await closed.promise;
  });
});

describe("the window of open calls", () => {
  const bounds = { min: 2, max: 8, start: 4 };
  test("lets as many in as it is wide, the others in turn", async () => {
    const window = openWindow(systemClock, bounds);
    const entered: number[] = [];
    const calls = [0, 1, 2, 3, 4, 5].map(async (n) => {
      await window.acquire(forever);
      entered.push(n);
    });
    await Promise.all(calls.slice(0, 4));
    expect(entered).toEqual([0, 1, 2, 3]);
    window.release("fast");
    window.release("fast");
    await Promise.all(calls);
    expect(entered).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("grows with good answers, shrinks at most once a second with bad ones, never below its floor", async () => {
    let now = 0;
    const window = openWindow({ ...systemClock, monotonic: () => now }, bounds);
    const call = async (outcome: "fast" | "overloaded"): Promise<void> => {
      await window.acquire(forever);
      window.release(outcome);
    };
    for (let n = 0; n < 100; n += 1) await call("fast");
    expect(window.size).toBe(8);
    now = 10_000;
    await call("overloaded");
    await call("overloaded");
    expect(window.size).toBe(5);
    for (let n = 0; n < 10; n += 1) {
      now += 1_000;
      await call("overloaded");
    }
    expect(window.size).toBe(2);
  });

  test("whoever gives up leaves the queue", async () => {
    const window = openWindow(systemClock, { min: 1, max: 1, start: 1 });
    await window.acquire(forever);
    const giveUp = new AbortController();
    const waiting = window.acquire(giveUp.signal);
    giveUp.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    window.release("fast");
    await window.acquire(forever);
  });

  test("pauses a kind and lets the others go on", async () => {
    let now = 0;
    const window = openWindow({ ...systemClock, monotonic: () => now }, { min: 1, max: 2, start: 2 });
    window.pause(1_000, "broken");
    let isThrough = false;
    const broken = window.acquire(forever, { about: "broken" }).then(() => (isThrough = true));
    for (let n = 0; n < 5; n += 1) {
      await window.acquire(forever, { about: "fine" });
      window.release("fast", { about: "fine" });
    }
    expect(isThrough).toBe(false);
    now = 1_001;
    await window.acquire(forever, { about: "fine" });
    window.release("fast", { about: "fine" });
    await broken;
  });

  test("shrinks once for a kind that goes on being refused", async () => {
    let now = 0;
    const window = openWindow({ ...systemClock, monotonic: () => now }, { min: 2, max: 16, start: 16 });
    for (let n = 0; n < 20; n += 1) {
      now += 2_000;
      await window.acquire(forever, { about: "broken" });
      window.release("overloaded", { about: "broken" });
    }
    expect(window.size).toBe(10);
  });
});
