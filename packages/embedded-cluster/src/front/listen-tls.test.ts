import { connect } from "node:http2";
import { request as overHttp1 } from "node:https";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { connectKube, listContexts, loadKubeconfig, loadKubeconfigText } from "@evenkeel/kube";
import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { forever } from "../testdata/both-fronts.ts";
import { tinyCluster } from "../testdata/tiny-cluster.ts";
import { makeAuthority } from "@evenkeel/certificates";
import type { KeyPair } from "@evenkeel/certificates";
import { ConnectionBroken } from "./connection-broken.ts";
import { listenTls } from "./listen-tls.ts";
import type { ListenOptions, TlsFront } from "./listen-tls.ts";

interface Asked {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pair?: KeyPair;
}

/** One raw HTTP/2 exchange, so that nothing of our client is in the way. */
const ask = async (front: TlsFront, { path = "/whoami", headers = {}, pair }: Asked) => {
  const session = connect(`https://127.0.0.1:${front.port}`, { ca: front.caCert, ...pair });
  const stream = session.request({ ":path": path, ...headers });
  const answered = new Promise<Record<string, unknown>>((resolve, reject) => {
    stream.on("response", (found) => resolve({ ...found }));
    stream.on("error", reject);
    session.on("error", reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const found = await answered;
  session.close();
  return { status: Number(found[":status"]), headers: found, body: Buffer.concat(chunks) };
};
const asJson = (body: Buffer) => JSON.parse(body.toString()) as Record<string, unknown>;
const unauthorized = {
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message: "Unauthorized",
  reason: "Unauthorized",
  code: 401,
};

describe("who asks", () => {
  const certified = (front: TlsFront, name: string, groups: readonly string[]): KeyPair => {
    const { credentials } = front.access(undefined, { name, groups });
    if (credentials.kind !== "clientCert") throw new Error("not a certificate");
    return credentials;
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  type Case = readonly [string, ListenOptions, (front: TlsFront) => Asked, unknown];
  const authenticated = "system:authenticated";
  test.each<Case>([
    [
      "a certificate's common name is the user, its organisations the groups",
      {},
      (front) => ({ pair: certified(front, "jane", ["dev", "ops"]) }),
      { name: "jane", groups: ["dev", "ops", authenticated] },
    ],
    [
      "a certificate with one organisation, and one with none",
      {},
      (front) => ({ pair: certified(front, "system:kube-scheduler", []) }),
      { name: "system:kube-scheduler", groups: [authenticated] },
    ],
    [
      "the admin's token",
      {},
      (front) => ({ headers: bearer(front.adminToken) }),
      { name: "admin", groups: ["system:masters", authenticated] },
    ],
    [
      "a token of the options",
      { tokens: { t0ken: { name: "bot", groups: ["robots"] } } },
      () => ({ headers: bearer("t0ken") }),
      { name: "bot", groups: ["robots", authenticated] },
    ],
    [
      "nobody, where that is allowed",
      { anonymous: "allowed" },
      () => ({}),
      { name: "system:anonymous", groups: ["system:unauthenticated"] },
    ],
    ["nobody, where that is not", {}, () => ({}), "401"],
    ["an unknown token", { anonymous: "allowed" }, () => ({ headers: bearer("nope") }), "401"],
    [
      "a certificate of another authority",
      { anonymous: "allowed" },
      () => ({ pair: makeAuthority().userPair({ name: "admin", groups: ["system:masters"] }) }),
      "401",
    ],
    [
      "a certificate of another authority beside a good token",
      {},
      (front) => ({
        pair: makeAuthority().userPair({ name: "x", groups: [] }),
        headers: bearer(front.adminToken),
      }),
      { name: "admin", groups: ["system:masters", authenticated] },
    ],
  ])("%s", async (_title, options, asked, expected) => {
    await using front = await listenTls(tinyCluster(), options);
    const answer = await ask(front, asked(front));
    if (expected === "401") {
      expect(answer.status).toBe(401);
      expect(asJson(answer.body)).toEqual(unauthorized);
    } else expect(asJson(answer.body)["user"]).toEqual(expected);
  });

  test("anybody may ask whether it lives", async () => {
    await using front = await listenTls(tinyCluster());
    expect((await ask(front, { path: "/livez" })).body.toString()).toBe("ok");
  });
});

describe("a front", () => {
  test("speaks HTTP/1.1 to those who ask for it", async () => {
    const cluster = tinyCluster();
    await using front = await listenTls(cluster);
    await using kube = await connectKube(front.access(), { http1: true }, forever);
    cluster.put("a", {});
    expect((await kube.listAll({ group: "", kind: "ConfigMap" }, {}, forever)).objects).toHaveLength(1);
    const version = await new Promise<string | undefined>((resolve, reject) => {
      const request = overHttp1(
        { port: front.port, host: "127.0.0.1", path: "/livez", ca: front.caCert, agent: false },
        (response) => resolve(response.resume().httpVersion),
      );
      request.on("error", reject).end();
    });
    expect(version).toBe("1.1");
  });

  test("streams and breaks off over HTTP/1.1, too", async () => {
    const tiny = tinyCluster();
    const handle: typeof tiny.handle = (request) =>
      request.path === "/broken" ? Promise.reject(new ConnectionBroken("x")) : tiny.handle(request);
    const front = await listenTls({ ...tiny, handle });
    await using kube = await connectKube(front.access(), { http1: true }, forever);
    await expect(kube.transport.request({ method: "GET", path: "/broken" }, forever)).rejects.toMatchObject({
      errorClass: "TRANSIENT",
    });
    const stream = await kube.transport.stream({ method: "GET", path: "/api/v1/configmaps?watch=1" }, forever);
    const lines = stream[Symbol.asyncIterator]();
    for (const value of ["1", "2"]) {
      tiny.put("a", { value });
      const { value: line } = await lines.next();
      expect(JSON.parse((line as Buffer).toString()).object.data.value).toBe(value);
    }
    const closed = front[Symbol.asyncDispose]();
    expect((await lines.next()).done).toBe(true);
    await closed;
    expect(tiny.watching()).toBe(0);
  });

  test("serves several clusters below paths, one kubeconfig context each", async () => {
    const clusters = ["staging", "prod-eu", "prod-us"].map((name) => ({ ...tinyCluster(), name }));
    await using front = await listenTls(clusters);
    const text = front.kubeconfig();
    expect(listContexts(text)).toEqual({ current: "staging", names: ["staging", "prod-eu", "prod-us"] });
    clusters[1]!.put("only-eu", {});
    for (const cluster of clusters) {
      await using kube = await connectKube(loadKubeconfigText(text, cluster.name), {}, forever);
      const { objects } = await kube.listAll({ group: "", kind: "ConfigMap" }, {}, forever);
      expect(objects.map((object) => object.metadata.name)).toEqual(cluster.name === "prod-eu" ? ["only-eu"] : []);
    }
    const pair = front.access().credentials as { readonly cert: string; readonly key: string } & { kind: string };
    expect((await ask(front, { path: "/clusters/other/livez", pair })).status).toBe(404);
  });

  test("refuses two clusters of one name", async () => {
    await expect(listenTls([tinyCluster(), tinyCluster()])).rejects.toThrow("same name");
  });

  test("packs a large answer for those who unpack, leaves a small one alone", async () => {
    const cluster = tinyCluster();
    cluster.put("big", { filler: "x".repeat(200_000) });
    await using front = await listenTls(cluster, { anonymous: "allowed" });
    const headers = { "accept-encoding": "gzip" };
    const packed = await ask(front, { path: "/api/v1/configmaps", headers });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(JSON.parse(gunzipSync(packed.body).toString()).items[0].data.filler).toHaveLength(200_000);
    expect((await ask(front, { path: "/api/v1/configmaps" })).headers["content-encoding"]).toBeUndefined();
    expect((await ask(front, { path: "/livez", headers })).headers["content-encoding"]).toBeUndefined();
  });

  test("started again from its folder it honours the old kubeconfig, on the old port", async () => {
    await using folder = await temporaryFolder();
    const cluster = tinyCluster();
    let path = "";
    let port = 0;
    {
      await using front = await listenTls(cluster, { folder: folder.path });
      path = front.kubeconfigPath!;
      port = front.port;
    }
    const before = await readFile(path, "utf8");
    await using front = await listenTls(cluster, { folder: folder.path });
    expect(front.port).toBe(port);
    expect(await readFile(path, "utf8")).toBe(before);
    await using kube = await connectKube(await loadKubeconfig(path), {}, forever);
    expect((await kube.listAll({ group: "", kind: "ConfigMap" }, {}, forever)).objects).toEqual([]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder.path, "front.json"))).mode & 0o777).toBe(0o600);
  });

  test("takes another port when the old one is taken, and says so in the kubeconfig", async () => {
    await using folder = await temporaryFolder();
    {
      await using front = await listenTls(tinyCluster(), { folder: folder.path });
      expect(front.port).toBeGreaterThan(0);
    }
    const kept = JSON.parse(await readFile(join(folder.path, "front.json"), "utf8")) as Record<string, unknown>;
    await using other = await listenTls(tinyCluster(), {});
    await writeFile(join(folder.path, "front.json"), JSON.stringify({ ...kept, port: other.port }));
    await using front = await listenTls(tinyCluster(), { folder: folder.path });
    expect(front.port).not.toBe(other.port);
    expect(await readFile(front.kubeconfigPath!, "utf8")).toContain(`https://127.0.0.1:${front.port}`);
  });

  test("closing ends watches as a server that goes away does, not as a broken connection", async () => {
    const cluster = tinyCluster();
    const front = await listenTls(cluster);
    await using kube = await connectKube(front.access(), {}, forever);
    const stream = await kube.transport.stream({ method: "GET", path: "/api/v1/configmaps?watch=1" }, forever);
    cluster.put("a", {});
    const lines = stream[Symbol.asyncIterator]();
    await lines.next();
    const closed = front[Symbol.asyncDispose]();
    expect((await lines.next()).done).toBe(true);
    await closed;
    expect(cluster.watching()).toBe(0);
  });

  test("closing waits no longer than its grace for an answer that never comes", async () => {
    const tiny = tinyCluster();
    const started = Promise.withResolvers<void>();
    const handle: typeof tiny.handle = (request) => {
      if (request.path !== "/never") return tiny.handle(request);
      started.resolve();
      return new Promise(() => undefined);
    };
    const front = await listenTls({ ...tiny, handle }, { graceMs: 50 });
    await using kube = await connectKube(front.access(), {}, forever);
    const call = kube.transport.request({ method: "GET", path: "/never" }, forever);
    call.catch(() => undefined);
    await started.promise;
    await front[Symbol.asyncDispose]();
    await expect(call).rejects.toMatchObject({ errorClass: "TRANSIENT" });
  });
});
