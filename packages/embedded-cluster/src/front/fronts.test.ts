import type { Kube } from "@evenkeel/kube";
import { describe, expect, test } from "vitest";

import { FRONTS, forever, openThrough } from "../testdata/both-fronts.ts";
import { tinyCluster } from "../testdata/tiny-cluster.ts";
import { ConnectionBroken } from "./connection-broken.ts";

const path = "/api/v1/namespaces/n/configmaps/a";
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "n" }, data: { k: "v" } };
const watchFrom = (kube: Kube, revision: string, silenceMs?: number, signal = forever) =>
  kube.transport.stream(
    {
      method: "GET",
      path: `/api/v1/configmaps?watch=1&resourceVersion=${revision}`,
      ...(silenceMs === undefined ? {} : { silenceMs }),
    },
    signal,
  );

describe.each(FRONTS)("%s", (front) => {
  test("our client applies, reads, lists and deletes", async () => {
    const cluster = tinyCluster();
    await using kube = await openThrough(front, cluster);
    const applied = await kube.serverSideApply({ object: configMap, force: false, dryRun: false }, forever);
    expect(applied.object).toMatchObject({ data: { k: "v" } });
    const ref = { group: "", kind: "ConfigMap", namespace: "n", name: "a" };
    expect(await kube.getObject(ref, {}, forever)).toMatchObject({ data: { k: "v" } });
    expect((await kube.listAll({ group: "", kind: "ConfigMap" }, {}, forever)).objects).toHaveLength(1);
    expect(await kube.deleteObject(ref, { uid: applied.object.metadata.uid! }, {}, forever)).toBe("accepted");
    expect(await kube.getObject(ref, {}, forever)).toBeUndefined();
  });

  test("the handler is told who asks, as whom, and the whole path", async () => {
    const cluster = tinyCluster();
    await using kube = await openThrough(front, cluster);
    await kube.transport.request(
      { method: "GET", path: `${path}?x=1`, impersonate: "system:serviceaccount:a:b" },
      forever,
    );
    expect(cluster.asked.at(-1)).toMatchObject({
      method: "GET",
      path: `${path}?x=1`,
      user: { name: "admin", groups: ["system:masters", "system:authenticated"] },
      headers: {
        "impersonate-user": "system:serviceaccount:a:b",
        "user-agent": "evenkeel",
        accept: "application/json",
      },
    });
  });

  test("the lines of a watch come as they happen, and leaving it ends it below", async () => {
    const cluster = tinyCluster();
    await using kube = await openThrough(front, cluster);
    {
      await using stream = await watchFrom(kube, "1");
      const lines = stream[Symbol.asyncIterator]();
      for (const value of ["1", "2", "\u2028 \n 3"]) {
        cluster.put("a", { value });
        const { value: line } = await lines.next();
        expect(JSON.parse((line as Buffer).toString()).object.data.value).toBe(value);
      }
      expect(cluster.asked.at(-1)?.signal.aborted).toBe(false);
    }
    const { signal } = cluster.asked.at(-1)!;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    expect(signal.aborted).toBe(true);
  });

  test("an abandoned call ends below and throws the caller's reason", async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const tiny = tinyCluster();
    const handle: typeof tiny.handle = (request) => {
      if (request.path !== path) return tiny.handle(request);
      started.resolve(request.signal);
      return new Promise(() => undefined);
    };
    await using kube = await openThrough(front, { ...tiny, handle });
    const caller = new AbortController();
    const call = kube.transport.request({ method: "GET", path }, caller.signal);
    const below = await started.promise;
    caller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    if (!below.aborted) await new Promise((resolve) => below.addEventListener("abort", resolve));
  });

  test("a body over 3 MiB is refused in the server's words and never reaches the cluster", async () => {
    const cluster = tinyCluster();
    await using kube = await openThrough(front, cluster);
    const before = cluster.asked.length;
    const response = await kube.transport.request(
      { method: "PATCH", path, body: Buffer.alloc(3 * 1024 * 1024 + 1, "x") },
      forever,
    );
    expect(response.status).toBe(413);
    expect(JSON.parse(response.body.toString())).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: "Request entity too large: limit is 3145728",
      reason: "RequestEntityTooLarge",
      code: 413,
    });
    expect(cluster.asked).toHaveLength(before);
  });

  test.each([
    [
      "a connection broken off in place of an answer",
      new ConnectionBroken("x"),
      { errorClass: "TRANSIENT", status: 0 },
    ],
    ["a defect of the handler", new Error("x"), undefined],
  ])("%s is what it would be on a real server", async (_title, thrown, expected) => {
    const tiny = tinyCluster();
    const handle: typeof tiny.handle = (request) =>
      request.path === path ? Promise.reject(thrown) : tiny.handle(request);
    await using kube = await openThrough(front, { ...tiny, handle });
    const call = kube.transport.request({ method: "GET", path }, forever);
    if (expected === undefined) expect((await call).status).toBe(500);
    else await expect(call).rejects.toMatchObject(expected);
  });

  test("a silent watch ends as TRANSIENT after its time, a broken one at once, what came before was given", async () => {
    for (const [end, reason] of [
      ["silent", "WatchSilent"],
      ["broken", undefined],
    ] as const) {
      const tiny = tinyCluster();
      const handle: typeof tiny.handle = async (request) => {
        if (!request.path.includes("watch")) return tiny.handle(request);
        const lines = (async function* () {
          yield "{}";
          if (end === "broken") throw new ConnectionBroken("x");
          await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
        })();
        return { kind: "stream", status: 200, headers: {}, lines };
      };
      await using kube = await openThrough(front, { ...tiny, handle });
      const seen: string[] = [];
      const reading = (async () => {
        for await (const line of await watchFrom(kube, "1", 100)) seen.push(line.toString());
      })();
      await expect(reading).rejects.toMatchObject({
        errorClass: "TRANSIENT",
        ...(reason === undefined ? {} : { reason }),
      });
      expect(seen).toEqual(["{}"]);
    }
  });

  test("a reader that does not read holds the writer back", async () => {
    const tiny = tinyCluster();
    let made = 0;
    const handle: typeof tiny.handle = async (request) => {
      if (!request.path.includes("watch")) return tiny.handle(request);
      const lines = (async function* () {
        const line = JSON.stringify({ filler: "x".repeat(100_000) });
        for (; made < 700 && !request.signal.aborted; made += 1) yield line;
      })();
      return { kind: "stream", status: 200, headers: {}, lines };
    };
    await using kube = await openThrough(front, { ...tiny, handle });
    await using stream = await watchFrom(kube, "1");
    const lines = stream[Symbol.asyncIterator]();
    await lines.next();
    for (let stood = -1; stood !== made;) {
      stood = made; // until nothing more is made while nobody reads
      await kube.transport.request({ method: "GET", path: "/livez" }, forever);
      await kube.transport.request({ method: "GET", path: "/livez" }, forever);
    }
    expect(made).toBeLessThan(350);
    let read = 1;
    while ((await lines.next()).done !== true) read += 1;
    expect(read).toBe(700);
  });
});
