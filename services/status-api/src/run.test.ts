import { buckets, EntryKind, flows, LedgerEntry, partitionOf, smallProfile, Sync } from "@evenkeel/contracts";
import type { UnitStatus } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { ClientError, createChannel, createClientFactory, Metadata, Status } from "nice-grpc";
import { RichClientError } from "nice-grpc-error-details";
import {
  HealthCheckResponse_ServingStatus,
  HealthDefinition,
} from "nice-grpc-server-health/lib/proto/grpc/health/v1/health.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { serveStatus } from "./story/served-status.fixture.ts";
import type { ServedStatus } from "./story/served-status.fixture.ts";
import * as story from "./story/story.fixture.ts";

const web = { cluster: "prod-eu", app: "web" };
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/** Reads a watch until a unit is as expected; fails with the test's own time limit. */
const untilUnit = async (served: ServedStatus, good: (unit: UnitStatus) => boolean): Promise<UnitStatus> => {
  const stop = new AbortController();
  try {
    for await (const { event } of served.client.watchUnits(web, { signal: stop.signal })) {
      if (event?.$case === "unit" && good(event.value)) return event.value;
    }
  } finally {
    stop.abort();
  }
  throw new Error("the stream ended");
};

const failure = async (call: Promise<unknown>): Promise<RichClientError> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ClientError);
  return error as RichClientError;
};

describe("status-api on a real nats-server", () => {
  let served: ServedStatus;
  beforeAll(async () => {
    served = await serveStatus();
    const [watcher, renderer, applier, detector] = await Promise.all([
      served.as("source-watcher"),
      served.as("renderer"),
      served.as("applier"),
      served.as("drift-detector"),
    ]);
    await watcher.publish(flows.commitObserved, story.observed(3, "a"));
    await renderer.publish(flows.desiredStateChanged, story.desired(3, "a"), { expectLast: 0 });
    await renderer.publish(flows.commitPlanned, story.planned(3, "a"));
    const partition = partitionOf("prod-eu", "web", smallProfile);
    const [intent, outcome] = story.ledger(partition, 1, 3, "a");
    const written = await applier.publish(flows.ledgerEntry, intent!, { expectLast: 0 });
    await applier.ownState(buckets.inventory).create({ cluster: "prod-eu", app: "web" }, story.inventory(3, "a"));
    await applier.publish(flows.ledgerEntry, outcome!, { expectLast: written.sequence });
    await applier.publish(flows.applyFinished, story.run(3, "a"));
    await detector.publish(flows.healthChanged, story.health(3, "a"));
    await served.watched("prod-eu");
    await untilUnit(served, (unit) => unit.sync === Sync.SYNCED && unit.revision === story.sha("a"));
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it("is SERVING once it has caught up", async () => {
    const channel = createChannel(served.address);
    const health = createClientFactory().create(HealthDefinition, channel);
    for (const service of ["", "evenkeel.status.v1.StatusService"]) {
      expect((await health.check({ service })).status).toBe(HealthCheckResponse_ServingStatus.SERVING);
    }
    channel.close();
  });

  it("lists what it knows", async () => {
    const { nextPageToken, total, units } = await served.client.listUnits({});
    expect(units).toHaveLength(1);
    expect([nextPageToken, total]).toEqual(["", 1]);
    expect(units[0]).toMatchObject({ sync: Sync.SYNCED, ref: "main", author: "Ana", objectCount: 2, drift: 0 });
  });

  it("tells of drift and of its end, to a watcher and to a listing", async () => {
    const detector = await served.as("drift-detector");
    const watching = untilUnit(served, (unit) => unit.drift === 1);
    await detector.publish(flows.driftDetected, story.drift(3, "a", "one"));
    expect(await watching).toMatchObject({ sync: Sync.OUT_OF_SYNC });
    const { items } = await served.client.listDrift(web);
    expect(items[0]).toMatchObject({ finding: { ref: story.deployment, fields: [{ path: "spec.replicas" }] } });
    expect((await served.client.getUnit(web)).drift).toHaveLength(1);
    const over = untilUnit(served, (unit) => unit.drift === 0);
    await detector.publish(flows.driftResolved, story.resolved("one"));
    expect(await over).toMatchObject({ sync: Sync.SYNCED });
  });

  it("streams a snapshot, its end, and then changes with a rising sequence", async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    let last = -1n;
    for await (const { event, sequence } of served.client.watchUnits({}, { signal: stop.signal })) {
      seen.push(event?.$case ?? "");
      if (event?.$case === "snapshotComplete") {
        const watcher = await served.as("source-watcher");
        await watcher.publish(flows.sourceCondition, story.held());
      }
      if (seen.length === 3) {
        expect(event).toMatchObject({ value: { reason: { code: "HistoryRewritten" } } });
        expect(sequence).toBeGreaterThan(last);
        break;
      }
      last = sequence;
    }
    expect(seen).toEqual(["unit", "snapshotComplete", "unit"]);
    stop.abort();
  });

  it("tells the history from the ledger, newest first, and goes on where it stopped", async () => {
    const applier = await served.as("applier");
    expect((await served.client.getHistory(web)).items).toHaveLength(1);
    const partition = partitionOf("prod-eu", "web", smallProfile);
    const tokens = { partition: String(partition) };
    const before = await applier.readLast(flows.ledgerEntry, tokens);
    const [intent] = story.ledger(partition, 3, 4, "b");
    await applier.publish(flows.ledgerEntry, intent!, { expectLast: before?.sequence ?? 0 });
    const { items } = await served.client.getHistory(web);
    expect(items.map(({ ledger, result }) => `${ledger.split("/")[1]} ${result}`)).toEqual(["3 open", "1 applied"]);
    expect(items[1]).toMatchObject({
      author: "Ana",
      subject: "commit a",
      writes: [{ verb: "update", result: "done" }],
    });
    const first = await served.client.getHistory({ ...web, pageSize: 1 });
    const second = await served.client.getHistory({ ...web, pageSize: 1, pageToken: first.nextPageToken });
    expect([first, second].map((page) => page.items[0]?.result)).toEqual(["open", "applied"]);
  });

  it("tells who reads the history after a seal where it begins, and the last runs from before", async () => {
    const applier = await served.as("applier");
    const partition = partitionOf("prod-eu", "web", smallProfile);
    const tokens = { partition: String(partition) };
    const before = await applier.readLast(flows.ledgerEntry, tokens);
    const [, closed] = story.ledger(partition, 1, 3, "a");
    const sealed = (file: string): LedgerEntry =>
      LedgerEntry.fromPartial({
        partition,
        n: 4n,
        kind: EntryKind.SEAL,
        at: story.at(5),
        units: closed!.units.map((writes) => ({ ...writes, at: story.at(3), n: 2n })),
        seal: { firstN: 1n, lastN: 2n, lastAt: story.at(3), complete: true, file },
      });
    const first = "hub.0/000000000001-000000000002.jsonl";
    await applier.publish(flows.ledgerEntry, sealed(first), { expectLast: before?.sequence ?? 0 });
    await applier.purgeBefore(flows.ledgerEntry, tokens, before?.sequence ?? 0);
    const late = await (await served.again()).getHistory(web);
    expect(late.items.map(({ ledger, result }) => `${ledger.split("/")[1]} ${result}`)).toEqual([
      "3 open",
      "2 applied",
    ]);
    expect(late.items[1]).toMatchObject({ revision: story.sha("a"), writes: [{ verb: "update", result: "done" }] });
    expect(late.beginning).toEqual({ chain: `hub.${partition}`, before: 2n, at: story.at(3), file: first });
    // Who has read it all tells it all.
    const early = await served.client.getHistory(web);
    expect(early.items.map(({ result }) => result)).toEqual(["open", "applied"]);
    expect(early.beginning).toBeUndefined();
  });

  it("finds an object by kind and name, and says where it comes from", async () => {
    const trace = await served.client.getTrace({ kind: "deploy", name: "web" });
    expect(trace).toMatchObject({
      ref: story.deployment,
      unit: { unit: web, traceId: "a".repeat(32) },
      objectDigest: story.digestOf("9"),
      commitToLiveMs: 700n,
      renderMs: 200n,
      applyMs: 400n,
      healthyMs: 1300n,
    });
  });

  it("lists sources with their holds", async () => {
    const { sources } = await served.client.listSources({});
    expect(sources).toMatchObject([{ source: "shop", seq: 3n, condition: { hold: { candidate: story.sha("e") } } }]);
  });

  it("says the same after a restart, from what the streams kept", async () => {
    const again = await served.again();
    // While the bus does not answer one of them within a second, that one rightly knows nothing.
    await eventually(async () => expect(await again.getUnit(web)).toEqual(await served.client.getUnit(web)));
  });

  it.each([
    ["an absent unit", (s: ServedStatus) => s.client.getUnit({ ...web, app: "other" }), Status.NOT_FOUND, "NOT_FOUND"],
    [
      "a missing name",
      (s: ServedStatus) => s.client.getUnit({ app: "web" }),
      Status.INVALID_ARGUMENT,
      "INVALID_REQUEST",
    ],
    [
      "a foreign page token",
      (s: ServedStatus) => s.client.listUnits({ pageToken: "x" }),
      Status.INVALID_ARGUMENT,
      "PAGE_TOKEN_INVALID",
    ],
    [
      "an unknown object",
      (s: ServedStatus) => s.client.getTrace({ kind: "pod", name: "x" }),
      Status.NOT_FOUND,
      "NOT_FOUND",
    ],
  ])("answers %s with a typed error", async (_, call, code, reason) => {
    const error = await failure(call(served));
    expect(error.code).toBe(code);
    expect(error.extra).toContainEqual(expect.objectContaining({ reason, domain: "evenkeel.dev" }));
  });

  it("makes a server span of each call, under the caller's", async () => {
    await served.client.getUnit(web, { metadata: Metadata({ traceparent }) });
    const span = served.telemetry.spans.findLast(({ name }) => name.endsWith("/GetUnit"));
    expect(span?.parentSpanContext?.spanId).toBe("00f067aa0ba902b7");
    expect(span?.attributes).toMatchObject({
      "rpc.system.name": "grpc",
      "rpc.method": "evenkeel.status.v1.StatusService/GetUnit",
      "rpc.response.status_code": "OK",
    });
  });
});
