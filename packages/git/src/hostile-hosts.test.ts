import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { describe, expect, test } from "vitest";

import { createConnections } from "./connections.ts";
import { serveShop } from "./git-world.fixture.ts";
import { packet, readPackets } from "./pkt-line.ts";

const MiB = 1024 * 1024;
const main = "refs/heads/main";
const signal = AbortSignal.timeout(120_000);
const advertisement = { "content-type": "application/x-git-upload-pack-advertisement" };
const result = { "content-type": "application/x-git-upload-pack-result" };
const plain = [
  packet("# service=git-upload-pack\n"),
  "0000",
  packet("version 2\n"),
  packet("ls-refs\n"),
  packet("fetch\n"),
];

const repeat = (response: ServerResponse, piece: string, times: number): void => {
  let left = times;
  const more = (): void => {
    while (left > 0 && response.writable) {
      left -= 1;
      if (!response.write(piece)) return void response.once("drain", more);
    }
    if (response.writable) response.end("0000");
  };
  more();
};

type Lie = (request: IncomingMessage, response: ServerResponse) => void;

const against = async (lie: Lie) => {
  const connections = createConnections();
  const world = await serveShop({
    connections,
    limits: { askMs: 10_000, fetchMs: 10_000 },
    intercept: (request, response) => {
      response.on("error", () => undefined);
      lie(request, response);
      return true;
    },
  });
  return {
    ...world,
    connections,
    ask: () => world.store.lsRemote(world.at(world.url), [main], signal),
    [Symbol.asyncDispose]: async () => {
      connections[Symbol.dispose]();
      await world[Symbol.asyncDispose]();
    },
  };
};

/** How much more the process holds after the work, and at most in between. */
const grown = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  await work();
  clearInterval(timer);
  return most - before;
};

const lies: readonly (readonly [title: string, lie: Lie, says: string])[] = [
  [
    "an advertisement of ten thousand lines of 65 kB",
    (_, response) => repeat(response.writeHead(200, advertisement), packet("x".repeat(65_000)), 10_000),
    "says more than 262144 bytes of itself",
  ],
  [
    "an advertisement that goes on after the version",
    (_, response) => {
      response.writeHead(200, advertisement).write(plain.join(""));
      repeat(response, packet("agent=git/2.50\n"), 1_000_000);
    },
    "says more than 262144 bytes of itself",
  ],
  [
    "refs of other names without end",
    (request, response) => {
      if (request.method === "GET") response.writeHead(200, advertisement).end(`${plain.join("")}0000`);
      else
        repeat(response.writeHead(200, result), packet(`${"a".repeat(40)} refs/heads/${"x".repeat(60_000)}\n`), 10_000);
    },
    "says more than 8388608 bytes of its refs",
  ],
];

describe("a Git host", { timeout: 120_000 }, () => {
  test.each(lies)("with %s is refused, and costs little", async (_, lie, says) => {
    await using world = await against(lie);
    const cost = await grown(async () => {
      await expect(world.ask()).rejects.toMatchObject({
        reason: "LimitExceeded",
        message: expect.stringContaining(says),
      });
    });
    expect(cost).toBeLessThan(150 * MiB);
    expect(JSON.stringify([...world.connections.capabilities]).length).toBeLessThan(10_000);
  });

  test("of which a thousand say what they can is remembered by what is used alone", async () => {
    await using world = await against((request, response) => {
      if (request.method === "POST") return void response.writeHead(200, result).end("0000");
      response.writeHead(200, advertisement).write(plain.join(""));
      repeat(response, packet(`server-option=${"x".repeat(1000)}\n`), 200);
    });
    await world.ask().catch(() => undefined);
    const [[, known] = []] = [...world.connections.capabilities];
    expect(known?.lines).toEqual(["ls-refs", "fetch"]);
  });

  test.each([
    [
      "headers that do not end",
      (send: (text: string) => boolean) => void send(`HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(200_000)}`),
    ],
    [
      "a body of a byte now and then",
      (send: (text: string) => boolean) => {
        send(`HTTP/1.1 200 OK\r\ncontent-type: ${advertisement["content-type"]}\r\ncontent-length: 99999\r\n\r\n`);
        const timer = setInterval(() => void (send("0") || clearInterval(timer)), 100).unref();
      },
    ],
    ["nothing", () => undefined],
    [
      "interim answers without end",
      (send: (text: string) => boolean) => {
        const timer = setInterval(
          () => void (send("HTTP/1.1 102 Processing\r\n\r\n") || clearInterval(timer)),
          5,
        ).unref();
      },
    ],
  ])("that gives %s is left at the deadline", async (_, write) => {
    const left = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket
        .on("error", () => undefined)
        .on("data", () => undefined)
        .on("close", left.resolve);
      write((text) => socket.writable && socket.write(text));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    await using world = await against(() => undefined);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.git`;
    // The host goes on for ever: it is we who end it.
    await expect(world.store.lsRemote(world.at(url), [main], signal)).rejects.toMatchObject({ name: "GitFailed" });
    await left.promise;
    server.close();
  });
});

/** What `Buffer.concat` puts together while an act runs. */
const bytesCopied = async (act: () => Promise<void>): Promise<number> => {
  const concat = Buffer.concat.bind(Buffer);
  let bytes = 0;
  Buffer.concat = (list, length) => {
    const made = concat(list, length);
    bytes += made.length;
    return made;
  };
  await act().finally(() => (Buffer.concat = concat));
  return bytes;
};

test("packets that come a byte at a time are read without copying them each time", async () => {
  const bytes = Buffer.from(packet("x".repeat(60_000)).repeat(20));
  const one = (async function* () {
    for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1);
  })();
  let packets = 0;
  const copied = await bytesCopied(async () => {
    for await (const found of readPackets(one)) packets += found.kind === "data" ? 1 : 0;
  });
  expect(packets).toBe(20);
  expect(copied).toBeLessThan(3 * bytes.length);
});
