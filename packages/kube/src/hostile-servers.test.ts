import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createSocketServer } from "node:net";
import { gzipSync } from "node:zlib";

import { withhold } from "@evenkeel/telemetry";
import { systemClock } from "@evenkeel/machine";
import { afterEach, describe, expect, test } from "vitest";

import { ApiError } from "./api-error.ts";
import type { ApiResource } from "./discovery-document.ts";
import { discover } from "./discovery.ts";
import { openTransport } from "./http2-transport.ts";
import { listAll } from "./list-all.ts";
import { getObject } from "./object-calls.ts";
import type { KubeTransport } from "./transport.ts";

const MiB = 1024 * 1024;
const signal = AbortSignal.timeout(120_000);
const running: AsyncDisposable[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each[Symbol.asyncDispose]()));
});

const to = (port: number, token = ""): KubeTransport => {
  const credentials = token === "" ? ({ kind: "none" } as const) : ({ kind: "token", token } as const);
  const transport = openTransport({ server: `http://127.0.0.1:${port}`, credentials });
  running.push(transport);
  return transport;
};

const against = async (answer: (response: ServerResponse, url: string) => void, token = "") => {
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    answer(response, request.url ?? "");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push({
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return to((server.address() as AddressInfo).port, token);
};

/** A server below HTTP: writes as told to whoever connects. */
const againstBytes = async (write: (send: (text: string | Buffer) => boolean) => void) => {
  const server = createSocketServer((socket) => {
    socket.on("error", () => undefined).once("data", () => write((text) => socket.writable && socket.write(text)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push({ [Symbol.asyncDispose]: async () => void server.close() });
  return to((server.address() as AddressInfo).port);
};

const resource: ApiResource = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
  verbs: new Set(),
  subresources: new Set(),
};
const path = "/api/v1/configmaps";
const headers = { "content-type": "application/json" };
const failure = async (work: Promise<unknown>): Promise<ApiError> => {
  const error: unknown = await work.then(
    (value) => new Error(`answered ${JSON.stringify(value).slice(0, 200)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw error;
  return error;
};
/** The most that the process grew while the work ran. */
const growth = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  await work();
  clearInterval(timer);
  return Math.max(most, process.memoryUsage.rss()) - before;
};
const endless = (response: ServerResponse, chunk: Buffer): void => {
  const more = (): void => {
    while (response.writable && response.write(chunk));
    if (response.writable) response.once("drain", more);
  };
  more();
};

// Made before anything is measured.
const bombs = {
  spaces: gzipSync(Buffer.alloc(256 * MiB, 0x20)),
  brackets: gzipSync(Buffer.alloc(60 * MiB, "[")),
  maps: gzipSync(`{"kind":"ConfigMapList","items":[${"{},".repeat(20_000_000)}{}]}`),
};

const bodies: readonly (readonly [title: string, answer: (response: ServerResponse) => void])[] = [
  ["that has no end", (response) => endless(response.writeHead(200, headers), Buffer.alloc(64 * 1024, 0x20))],
  [
    "that says it has a terabyte",
    (response) => void response.writeHead(200, { ...headers, "content-length": "1099511627776" }).write("{"),
  ],
  [
    "of a gzip bomb",
    (response) => void response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(bombs.spaces),
  ],
  [
    "of brackets, packed",
    (response) => void response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(bombs.brackets),
  ],
  [
    "of empty maps, packed",
    (response) => void response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(bombs.maps),
  ],
  [
    "nested a thousand times",
    (response) => void response.writeHead(200, headers).end(`{"a":${"[".repeat(1000)}${"]".repeat(1000)}}`),
  ],
  [
    "of another encoding",
    (response) => void response.writeHead(200, { ...headers, "content-encoding": "br" }).end("x"),
  ],
  [
    "that is said to be packed",
    (response) => void response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end("{}"),
  ],
  ["of another type", (response) => void response.writeHead(200, { "content-type": "text/html" }).end("{}")],
  ["that is no map", (response) => void response.writeHead(200, headers).end("[]")],
  ["of nothing", (response) => void response.writeHead(200, headers).end()],
];

describe("an answer", { timeout: 120_000 }, () => {
  test.each(bodies)("%s is refused, and costs little", async (_, answer) => {
    const transport = await against(answer);
    let error: ApiError | undefined;
    const grown = await growth(async () => (error = await failure(listAll(transport, { resource }, signal))));
    expect(error).toMatchObject({ errorClass: "PROTOCOL", reason: "ApiProtocolError" });
    expect(grown).toBeLessThan(400 * MiB);
  });

  test.each([
    ["headers that do not end", `HTTP/1.1 200 OK\r\n${"x-a: b\r\n".repeat(100_000)}`],
    ["a chunk longer than it is", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}"],
    ["a chunk of another length", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{}{}{}\r\n0\r\n\r\n"],
    ["both lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}"],
    ["no HTTP at all", "SSH-2.0-OpenSSH_9.2\r\n"],
  ])("with %s is an error within its deadline", async (_, text) => {
    const transport = await againstBytes((send) => void send(text));
    const error = await failure(transport.request({ method: "GET", path, deadlineMs: 3000 }, signal));
    expect(error.status).toBe(0);
  });

  test("that comes a byte at a time ends at the deadline", async () => {
    const transport = await againstBytes((send) => {
      send("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
      const timer = setInterval(() => void (send(" ") || clearInterval(timer)), 50).unref();
    });
    const error = await failure(transport.request({ method: "GET", path, deadlineMs: 1500 }, signal));
    expect(error).toMatchObject({ errorClass: "TRANSIENT", reason: "DeadlineExceeded" });
  });

  test("that says the token it was sent is told without it", async () => {
    const token = "eyJhbGciOiJSUzI1NiIsImtpZCI6Ik9";
    withhold(token);
    for (const said of [
      token,
      Buffer.from(token).toString("base64"),
      encodeURIComponent(token),
      `${token.slice(0, 9)}\\n${token.slice(9)}`,
    ]) {
      const transport = await against((response) => {
        const status = {
          kind: "Status",
          status: "Failure",
          message: `no ${said}`,
          reason: said,
          code: 403,
          details: { causes: [{ reason: "x", message: said, field: said }] },
        };
        response.writeHead(403, headers).end(JSON.stringify(status));
      }, token);
      const error = await failure(
        transport.request({ method: "GET", path }, signal).then(async () => listAll(transport, { resource }, signal)),
      );
      expect(JSON.stringify([error.message, error.reason, error.causes, error.stack])).not.toMatch(
        /eyJhb|ZXlKaGJH|UzI1NiIs/,
      );
    }
  });
});

const page = { apiVersion: "v1", kind: "ConfigMapList", metadata: { resourceVersion: "1" }, items: [] };
const item = { metadata: { name: "a", namespace: "x" } };

describe("a list", { timeout: 60_000 }, () => {
  test.each<readonly [string, object]>([
    ["of another kind", { ...page, kind: "SecretList" }],
    ["of another version", { ...page, apiVersion: "v2" }],
    ["of another group", { ...page, apiVersion: "apps/v1" }],
    ["that is one object", { ...page, kind: "ConfigMap" }],
    ["that is a table", { ...page, apiVersion: "meta.k8s.io/v1", kind: "Table", rows: [] }],
    [
      "that is a success without anything",
      { apiVersion: "v1", kind: "Status", status: "Success", metadata: { resourceVersion: "1" } },
    ],
    ["without items", { ...page, items: undefined }],
    ["with items that are nothing", { ...page, items: null }],
    ["with items that are a map", { ...page, items: {} }],
    ["with an item that is a text", { ...page, items: ["x"] }],
    ["with an item without a name", { ...page, items: [{ metadata: {} }] }],
    ["with an item of another kind", { ...page, items: [{ ...item, kind: "Secret" }] }],
    ["without a version to watch from", { ...page, metadata: {} }],
    ["with an empty version", { ...page, metadata: { resourceVersion: "" } }],
    ["whose pages lead back", { ...page, metadata: { resourceVersion: "1", continue: "again" } }],
  ])("%s is refused, and never read as empty", async (_, answer) => {
    const transport = await against((response) => void response.writeHead(200, headers).end(JSON.stringify(answer)));
    expect(await failure(listAll(transport, { resource }, signal))).toMatchObject({
      errorClass: "PROTOCOL",
      reason: "ApiProtocolError",
    });
  });

  test("of a kind of its own may have a name of its own", async () => {
    const own = { ...resource, group: "example.org", kind: "Shop", plural: "shops" };
    const answer = { ...page, apiVersion: "example.org/v1", kind: "ShopCollectionList", items: [item] };
    const transport = await against((response) => void response.writeHead(200, headers).end(JSON.stringify(answer)));
    expect((await listAll(transport, { resource: own }, signal)).objects).toMatchObject([{ kind: "Shop" }]);
  });

  test("whose page is too large is asked for in smaller ones", async () => {
    const limits: string[] = [];
    const transport = await against((response, url) => {
      const limit = new URLSearchParams(url.split("?")[1]).get("limit") ?? "";
      limits.push(limit);
      response.writeHead(200, Number(limit) > 5 ? { ...headers, "content-length": String(1024 * MiB) } : headers);
      if (Number(limit) > 5) response.write("{");
      else response.end(JSON.stringify({ ...page, items: [item] }));
    });
    expect((await listAll(transport, { resource }, signal)).objects).toHaveLength(1);
    expect(limits).toEqual(["500", "50", "5"]);
  });
});

describe("one object", () => {
  test.each([
    ["of another name", { ...item, metadata: { name: "b", namespace: "x" } }],
    ["of another namespace", { ...item, metadata: { name: "a", namespace: "y" } }],
    ["of another kind", { ...item, kind: "Secret" }],
  ])("%s than was asked for is refused", async (_, answer) => {
    const body = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", ...answer });
    const transport = await against((response) => void response.writeHead(200, headers).end(body));
    const read = getObject(transport, { resource, namespace: "x", name: "a" }, {}, signal);
    expect(await failure(read)).toMatchObject({ errorClass: "PROTOCOL", reason: "ApiProtocolError" });
  });
});

describe("discovery", () => {
  test.each([
    ["of another kind", { kind: "PodList", items: [] }],
    ["without groups", { kind: "APIGroupList" }],
    ["of groups without items", { kind: "APIGroupDiscoveryList" }],
  ])("%s is refused, and never read as a cluster that serves nothing", async (_, answer) => {
    const transport = await against((response) => void response.writeHead(200, headers).end(JSON.stringify(answer)));
    expect(await failure(discover(transport, systemClock, signal))).toMatchObject({ errorClass: "PROTOCOL" });
  });
});

describe("a watch", { timeout: 60_000 }, () => {
  const lines = async (transport: KubeTransport): Promise<ApiError> =>
    failure(
      (async () => {
        const stream = await transport.stream({ method: "GET", path: `${path}?watch=1`, silenceMs: 2000 }, signal);
        for await (const line of stream) expect(line).toBeDefined();
      })(),
    );

  test("whose line has no end is ended, and costs little", async () => {
    const transport = await against((response) =>
      endless(response.writeHead(200, headers), Buffer.alloc(64 * 1024, 0x61)),
    );
    let error: ApiError | undefined;
    const grown = await growth(async () => (error = await lines(transport)));
    expect(error).toMatchObject({ errorClass: "PROTOCOL", reason: "ApiProtocolError" });
    expect(grown).toBeLessThan(300 * MiB);
  });

  test("whose line drips is ended after its silence", async () => {
    const transport = await against((response) => {
      response.writeHead(200, headers);
      const timer = setInterval(() => void response.write("a"), 100).unref();
      response.on("close", () => clearInterval(timer));
    });
    expect(await lines(transport)).toMatchObject({ reason: "WatchSilent" });
  });

  test("that is packed without being asked is ended", async () => {
    const transport = await against(
      (response) => void response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(gzipSync("{}\n")),
    );
    expect(await lines(transport)).toMatchObject({ errorClass: "PROTOCOL" });
  });

  test("that is refused without end is an error all the same", async () => {
    const transport = await against((response) =>
      endless(response.writeHead(500, headers), Buffer.alloc(64 * 1024, 0x61)),
    );
    expect(await lines(transport)).toMatchObject({ errorClass: "PROTOCOL" });
  });
});
