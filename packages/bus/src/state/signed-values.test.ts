import { Claim, Lease, SeqCounter, Tip } from "@evenkeel/contracts";
import type { ServiceName } from "@evenkeel/contracts";
import { headers, nkeyAuthenticator } from "@nats-io/nats-core";
import { expect, test } from "vitest";

import { startTestBus, type TestBus } from "../bus.fixture.ts";
import { header } from "../wire/headers.ts";
import type { BucketName } from "../port.ts";
import { valueText } from "./seal.ts";
import { signerOf } from "../trust/service-key.ts";
import { raiseSeq, takeSeq } from "./take-seq.ts";

interface Forged {
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes past our own code, as whoever has got the server to store it under a key. */
const openForger = async (bus: TestBus, as: ServiceName) => {
  const { seed, inbox } = bus.rawLogin(as);
  const nc = await bus.dial({ servers: bus.nats.url, inboxPrefix: inbox, authenticator: nkeyAuthenticator(seed) });
  return {
    async store(bucket: BucketName, key: string, { body, headers: given = {} }: Forged): Promise<number> {
      const head = headers();
      for (const [name, value] of Object.entries(given)) head.set(name, value);
      const answer = await nc.request(`$KV.${bucket}.${key}`, body, { headers: head, timeout: 5000 });
      const { seq, error } = answer.json<{ readonly seq: number; readonly error?: unknown }>();
      expect(error).toBeUndefined();
      return seq;
    },
    [Symbol.asyncDispose]: () => nc.close(),
  };
};

const tip = (revision: string): Tip => Tip.fromPartial({ source: "victim", revision, tree: "t", seq: 7n });
const bytesOf = (revision: string): Uint8Array => Tip.encode(tip(revision)).finish();

/** Everything that is no value of `tips/src.victim`, made with every key but the source-watcher's own knowledge of it. */
const forgeries = (bus: TestBus): readonly (readonly [title: string, forged: (last: number) => Forged])[] => {
  const signed =
    (as: ServiceName, at: Partial<Parameters<typeof valueText>[1]>, installation = bus.config(as).installation) =>
    (last: number): Forged => {
      const body = at.body ?? bytesOf("forged");
      const write = { bucket: "tips", key: "src.victim", operation: "PUT", expectLast: last, ...at, body } as const;
      const signature = signerOf(bus.identities.keys[as].seed).signText(valueText(installation, write));
      return { body, headers: { [header.signature]: signature, [header.expectLast]: String(last) } };
    };
  return [
    ["that nobody signed", () => ({ body: bytesOf("forged") })],
    ["that status-api signed", signed("status-api", {})],
    ["that the renderer signed, which may write other keys of the bucket", signed("renderer", {})],
    ["that was signed for another source", signed("source-watcher", { key: "src.mine" })],
    ["that was signed for another bucket", signed("source-watcher", { bucket: "declarations" })],
    ["that was signed for another installation", signed("source-watcher", {}, "other")],
    ["of an earlier revision", signed("source-watcher", { expectLast: 1 })],
    [
      "that was not written by compare-and-set",
      (last) => {
        const { body, headers: given } = signed("source-watcher", { expectLast: undefined })(last);
        return { body, headers: { [header.signature]: given?.[header.signature] ?? "" } };
      },
    ],
    ["that does not decode", signed("source-watcher", { body: new Uint8Array([0xff, 0xff, 0xff]) })],
    ["of other bytes than were signed", (last) => ({ ...signed("source-watcher", {})(last), body: bytesOf("other") })],
    ["of nearly the largest size that the bucket takes", () => ({ body: new Uint8Array(60_000).fill(0x41) })],
    ["that says the value is deleted", () => ({ body: new Uint8Array(), headers: { [header.kvOperation]: "DEL" } })],
    [
      "that says the value has expired",
      () => ({ body: new Uint8Array(), headers: { "Nats-Marker-Reason": "MaxAge" } }),
    ],
    ["with a signature that is none", () => ({ body: bytesOf("forged"), headers: { [header.signature]: "UABC:!!" } })],
  ];
};

test("a tip that the source-watcher did not sign for its very key is never read, and the owner writes it again", async () => {
  await using bus = await startTestBus();
  const watcher = (await bus.connect("source-watcher")).bucket("tips", Tip);
  const renderer = (await bus.connect("renderer")).bucket("tips", Tip);
  const applier = (await bus.connect("applier")).bucket("tips", Tip);
  await using forger = await openForger(bus, "source-watcher");
  const seen: (string | undefined)[] = [];
  const stop = new AbortController();
  await applier.watch("src.*", { onEntry: ({ value }) => void seen.push(value?.revision) }, stop.signal);

  let last = await watcher.create("src.victim", tip("good-0"));
  for (const [n, [title, forged]] of forgeries(bus).entries()) {
    const at = await forger.store("tips", "src.victim", forged(last));
    const read = await renderer.get("src.victim");
    expect([title, read?.value?.revision, read?.revision]).toEqual([title, `good-${n}`, at]);
    // One who comes only now sees what counts, not what lies there.
    const late = Promise.withResolvers<string | undefined>();
    const once = new AbortController();
    await applier.watch("src.*", { onEntry: ({ value }) => late.resolve(value?.revision) }, once.signal);
    expect([title, await late.promise]).toEqual([title, `good-${n}`]);
    once.abort();
    const mended = await watcher.get("src.victim");
    expect(mended?.value?.revision).toBe(`good-${n}`);
    expect(mended?.revision).toBeGreaterThan(at);
    last = await watcher.update("src.victim", tip(`good-${n + 1}`), mended?.revision ?? 0);
  }
  const end = await watcher.update("src.victim", tip("end"), last);
  await expect.poll(() => seen.at(-1)).toBe("end");
  expect(seen.filter((revision) => revision !== "end" && !/^good-\d+$/.test(revision ?? ""))).toEqual([]);
  expect((await renderer.get("src.victim"))?.revision).toBe(end);
  stop.abort();
});

test("what the server once stored for a key is not stored there again", async () => {
  await using bus = await startTestBus();
  const watcher = (await bus.connect("source-watcher")).bucket("tips", Tip);
  const renderer = (await bus.connect("renderer")).bucket("tips", Tip);
  await using forger = await openForger(bus, "source-watcher");
  const first = await watcher.create("src.victim", tip("old"));
  const { signature, expectLast } = await bus.rawHeaders("KV_tips", first);
  const second = await watcher.update("src.victim", tip("new"), first);
  const again = { [header.signature]: signature, [header.expectLast]: expectLast };
  // With all that it came with, the server itself refuses it; with what the server would take, nobody reads it.
  await expect(forger.store("tips", "src.victim", { body: bytesOf("old"), headers: again })).rejects.toThrow();
  for (const headers of [{ ...again, [header.expectLast]: String(second) }, { [header.signature]: signature }]) {
    const { revision } = (await watcher.get("src.victim")) ?? { revision: 0 };
    const given = header.expectLast in headers ? { ...headers, [header.expectLast]: String(revision) } : headers;
    await forger.store("tips", "src.victim", { body: bytesOf("old"), headers: given });
    expect((await renderer.get("src.victim"))?.value?.revision).toBe("new");
  }
});

test("a counter under junk goes on where it was, and counts from the start only where all that it kept is junk", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  await using forger = await openForger(bus, "source-watcher");
  const signal = AbortSignal.timeout(20_000);
  await raiseSeq(watcher, 40n, signal);
  expect(await takeSeq(watcher, signal)).toBe(41n);
  await forger.store("tips", "seq", { body: SeqCounter.encode({ last: 2n ** 60n, floor: 0n }).finish() });
  expect(await takeSeq(watcher, signal)).toBe(42n);
  for (let n = 0; n < 16; n++) await forger.store("tips", "seq", { body: new Uint8Array([n]) });
  expect(await takeSeq(watcher, signal)).toBe(1n);
});

test.each<[BucketName, string, ServiceName]>([
  ["inventory", "claim.local.abc", "applier"],
  ["inventory", "unit.local.web", "applier"],
  ["status", "applier.x.y", "applier"],
  ["declarations", "Cluster.local", "source-watcher"],
  ["blobs", "git.abc", "source-watcher"],
  ["blobs", "git.abc.0", "source-watcher"],
  ["blobs", "render.closure.shop.web", "renderer"],
  ["blobs", "set.abc", "renderer"],
  ["tips", "tools", "renderer"],
])("junk under %s/%s is absent, and one write of the %s puts it right", async (bucket, key, owner) => {
  await using bus = await startTestBus();
  const own = await bus.connect(owner);
  const other = await bus.connect(bucket === "inventory" || bucket === "declarations" ? "status-api" : "applier");
  await using forger = await openForger(bus, owner);
  const values = own.bucket(bucket, Claim);
  const good = Claim.fromPartial({ appUid: "good" });
  const forged = Claim.encode(Claim.fromPartial({ appUid: "forged" })).finish();
  await forger.store(bucket, key, { body: forged });
  expect((await values.get(key))?.value).toBeUndefined();
  expect((await other.bucket(bucket, Claim).get(key))?.value).toBeUndefined();
  await values.create(key, good);
  expect((await other.bucket(bucket, Claim).get(key))?.value?.appUid).toBe("good");
  await forger.store(bucket, key, { body: forged });
  await values.put(key, good);
  expect((await other.bucket(bucket, Claim).get(key))?.value?.appUid).toBe("good");
});

test("junk over a lease ends it and is taken over at once; over a member it changes nothing", async () => {
  await using bus = await startTestBus();
  const applier = await bus.connect("applier");
  await using forger = await openForger(bus, "applier");
  const stop = new AbortController();
  const epochs: bigint[] = [];
  const terms = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = applier.holdShards(
    {
      shards: ["0"],
      run: (lease, signal) => {
        terms[epochs.push(lease.epoch) - 1]?.resolve();
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
      },
    },
    stop.signal,
  );
  await terms[0]?.promise;
  const foreign = Lease.encode({ owner: "somebody", epoch: 2n ** 60n, released: false }).finish();
  await forger.store("members", "applier.somebody", { body: new Uint8Array([0x08, 0x01]) });
  await forger.store("leases", "applier.0", { body: foreign });
  await terms[1]?.promise;
  expect(epochs[1]).toBeGreaterThan(epochs[0] ?? 0n);
  expect(epochs[1]).toBeLessThan(2n ** 60n);
  stop.abort();
  await holding;
});

test("a topology that the migration did not sign stops no start with an exception, but by name", async () => {
  await using bus = await startTestBus();
  const { migrate } = bus.identities;
  const seed = new TextEncoder().encode(migrate.seed);
  const nc = await bus.dial({
    servers: bus.nats.url,
    inboxPrefix: "_INBOX_migrate",
    authenticator: nkeyAuthenticator(seed),
  });
  await nc.request("$KV.config.topology", new Uint8Array([0xff]));
  await nc.close();
  await expect(bus.connect("applier")).rejects.toThrow(/config\/topology: found nothing that was signed/);
});
