import { createHash, randomBytes } from "node:crypto";

import { connectBus, createIdentities, migrateBus } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { silentTelemetry } from "@evenkeel/telemetry";
import { startNats } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { anyBody } from "./body-keys.ts";
import { ContentMismatch, openArtifacts } from "./open-artifacts.ts";

const counts = { partitions: 8, sourceShards: 4 };
const installation = "test";
const gitKey = (body: Uint8Array) =>
  `git.${createHash("sha1").update(`blob ${body.length}\0`).update(body).digest("hex")}`;

const startBus = async () => {
  await using stack = new AsyncDisposableStack();
  const identities = createIdentities(counts);
  const nats = stack.use(await startNats({ extra: identities.authorization }));
  const telemetry = silentTelemetry();
  const servers = [nats.url];
  await migrateBus({ servers, installation, seed: identities.migrate.seed, counts }, telemetry.log);
  const connect = async (service: "source-watcher" | "renderer") => {
    const config = { ...identities.loginOf(service), servers, instance: "one", installation, counts };
    return owned.use(await connectBus(config, telemetry));
  };
  const owned = new AsyncDisposableStack();
  stack.use(owned);
  const all = stack.move();
  return { connect, [Symbol.asyncDispose]: () => all.disposeAsync() };
};

test("keeps small, compressible and large bodies, and another service reads them", async () => {
  await using bus = await startBus();
  const watcher = await bus.connect("source-watcher");
  const writer = openArtifacts(watcher);
  const reader = openArtifacts(await bus.connect("renderer"));
  const bodies = [
    new Uint8Array(),
    Buffer.from("hello\n"),
    Buffer.alloc(5_000_000, "yaml: true\n"),
    randomBytes(2_500_000),
  ];
  for (const body of bodies) {
    const key = gitKey(body);
    expect(await reader.has(key)).toBe(false);
    await writer.put(key, body);
    expect(await reader.has(key)).toBe(true);
    expect(Buffer.from((await reader.get(key))!).equals(body)).toBe(true);
  }
  expect((await watcher.state(anyBody).keys({})).length).toBe(bodies.length + 4); // the random one lies in four parts
});

test("takes no body under a key that promises another, and gives none back", async () => {
  await using bus = await startBus();
  const watcher = await bus.connect("source-watcher");
  const artifacts = openArtifacts(watcher);
  const body = Buffer.from("kind: Namespace\n");
  await expect(artifacts.put(gitKey(body), Buffer.from("kind: Secret\n"))).rejects.toBeInstanceOf(ContentMismatch);
  await watcher
    .ownState(anyBody)
    .put({ key: gitKey(body) }, Buffer.concat([Uint8Array.of(0), Buffer.from("kind: Secret\n")]));
  expect(await artifacts.get(gitKey(body))).toBeUndefined();
  await watcher.ownState(anyBody).put({ key: gitKey(body) }, Uint8Array.of(1, 2, 3));
  expect(await artifacts.has(gitKey(body))).toBe(false);
});

/** A bus that counts what is asked of a bucket, and how much of it at a time. */
const countingReads = (bus: Bus) => {
  const reads = { all: 0, now: 0, most: 0 };
  const state: Bus["state"] = (rule) => {
    const values = bus.state(rule);
    const get: typeof values.get = async (key, signal) => {
      reads.all += 1;
      reads.now += 1;
      reads.most = Math.max(reads.most, reads.now);
      try {
        return await values.get(key, signal);
      } finally {
        reads.now -= 1;
      }
    };
    return { ...values, get };
  };
  return { counted: { ...bus, state }, reads };
};

test("reads 2,000 small bodies at once, each by one request, and none of them twice", async () => {
  await using bus = await startBus();
  const watcher = openArtifacts(await bus.connect("source-watcher"));
  const bodies = Array.from({ length: 2000 }, (_unused, n) => Buffer.from(`name: app-${n}\n`.repeat(40)));
  await Promise.all(bodies.map((body) => watcher.put(gitKey(body), body)));
  const { counted, reads } = countingReads(await bus.connect("renderer"));
  const reader = openArtifacts(counted);
  for (const _again of [1, 2]) {
    const asked = [...bodies, ...bodies].map((body) => reader.get(gitKey(body)));
    const read = (await Promise.all(asked)).slice(0, bodies.length);
    expect(read.every((body, n) => body !== undefined && Buffer.from(body).equals(bodies[n]!))).toBe(true);
    expect(reads).toEqual({ all: bodies.length, now: 0, most: bodies.length });
  }
});

test("what is left out for its size is known by it, and is not what may still come", { timeout: 60_000 }, async () => {
  await using bus = await startBus();
  const writer = openArtifacts(await bus.connect("source-watcher"));
  const reader = openArtifacts(await bus.connect("renderer"));
  const key = gitKey(Buffer.from("large"));
  expect(await reader.omitted(key)).toBeUndefined();
  await writer.omit(key, 11_000_000);
  await writer.omit(key, 11_000_000);
  expect(await reader.omitted(key)).toBe(11_000_000);
  expect(await reader.get(key)).toBeUndefined();
  await expect(reader.omit(key, 5)).rejects.toThrow();
});
