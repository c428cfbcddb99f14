import { setImmediate as nextTurn } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { createManualClock } from "../faults/manual-clock.ts";
import { withFaults } from "../faults/with-faults.ts";
import type { FaultRule } from "../faults/fault-script.ts";
import { forever } from "../testdata/both-fronts.ts";
import { tinyCluster } from "../testdata/tiny-cluster.ts";
import { openInProcess } from "./open-in-process.ts";

const GET = { method: "GET", path: "/api/v1/configmaps" } as const;
const WATCH = { method: "GET", path: "/api/v1/configmaps?watch=1", silenceMs: 150_000 } as const;
const open = (...rules: readonly FaultRule[]) => {
  const clock = createManualClock();
  const cluster = tinyCluster(clock);
  const faulty = withFaults(cluster, { seed: 1, rules });
  return { clock, cluster, transport: openInProcess(faulty) };
};
/** What a promise has come to by now, without any time passing. */
const now = async (waited: Promise<unknown>): Promise<string> => {
  await nextTurn();
  return Promise.race([
    waited.then(
      () => "done",
      (error: { readonly reason: string }) => error.reason,
    ),
    nextTurn("waits"),
  ]);
};

describe("the transport without a socket goes by the cluster's clock", () => {
  test.each([
    ["a call without an answer ends at its deadline", { kind: "half-open" }, 30_000, "DeadlineExceeded"],
    ["a 429 goes again after its Retry-After", { kind: "throttle", retryAfterSeconds: 20 }, 20_000, "done"],
    ["a slow answer comes in its time", { kind: "latency", ms: 25_000 }, 25_000, "done"],
  ] as const)("%s", async (_title, fault, ms, outcome) => {
    const { clock, transport } = open({ fault, count: 1 });
    const call = transport.request(GET, forever);
    expect(await now(call)).toBe("waits");
    clock.advance(ms - 1);
    expect(await now(call)).toBe("waits");
    clock.advance(1);
    expect(await now(call)).toBe(outcome);
    expect(clock.pending()).toBe(0);
  });

  test("after a 503 with Retry-After no call starts before its time", async () => {
    const { clock, cluster, transport } = open({
      fault: { kind: "error", status: 503, retryAfterSeconds: 5 },
      count: 1,
    });
    expect((await transport.request(GET, forever)).status).toBe(503);
    const call = transport.request(GET, forever);
    expect(await now(call)).toBe("waits");
    expect(cluster.asked).toHaveLength(0);
    clock.advance(5_000);
    expect((await call).status).toBe(200);
  });

  test("a write that is late takes effect in its time, though its client gave it up long ago", async () => {
    const { clock, cluster, transport } = open({ fault: { kind: "latency", ms: 45_000 }, count: 1 });
    const body = Buffer.from('{"metadata":{"name":"a"}}');
    const call = transport.request({ method: "POST", path: "/api/v1/namespaces/n/configmaps", body }, forever);
    expect(await now(call)).toBe("waits");
    clock.advance(30_000);
    expect(await now(call)).toBe("DeadlineExceeded");
    clock.advance(14_999);
    await nextTurn();
    expect(cluster.names()).toEqual([]);
    clock.advance(1);
    await nextTurn();
    expect(cluster.names()).toEqual(["a"]);
  });

  test("a silent watch ends after its silence, each line begins it anew", async () => {
    const { clock, cluster, transport } = open();
    const lines = (await transport.stream(WATCH, forever))[Symbol.asyncIterator]();
    cluster.put("a", {});
    await lines.next();
    clock.advance(149_999);
    cluster.put("a", { again: "yes" });
    await lines.next();
    clock.advance(149_999);
    const next = lines.next();
    expect(await now(next)).toBe("waits");
    clock.advance(1);
    await expect(next).rejects.toMatchObject({ errorClass: "TRANSIENT", reason: "WatchSilent" });
    await nextTurn();
    expect(cluster.watching()).toBe(0);
    expect(clock.pending()).toBe(0);
  });
});

describe("bytes", () => {
  test("are copied both ways", async () => {
    const { cluster, transport } = open();
    const body = Buffer.from('{"metadata":{"name":"a"}}');
    const call = transport.request({ method: "POST", path: "/api/v1/namespaces/n/configmaps", body }, forever);
    body.fill(0x20);
    expect((await call).status).toBe(201);
    expect(cluster.names()).toEqual(["a"]);
    const first = await transport.request(GET, forever);
    first.body.fill(0);
    expect(JSON.parse((await transport.request(GET, forever)).body.toString())).toMatchObject({
      kind: "ConfigMapList",
    });
  });
});

test("a closed transport ends what is open, and takes no more", async () => {
  const { cluster, transport } = open({ fault: { kind: "half-open" }, count: 1 });
  const call = transport.request(GET, forever);
  await nextTurn();
  await transport[Symbol.asyncDispose]();
  await expect(call).rejects.toMatchObject({ errorClass: "TRANSIENT", reason: "UND_ERR_DESTROYED" });
  await expect(transport.request(GET, forever)).rejects.toMatchObject({ reason: "UND_ERR_DESTROYED" });
  expect(cluster.asked).toHaveLength(0);
});

test("a closed transport ends what is open below", async () => {
  const { cluster, transport } = open();
  await transport.stream(WATCH, forever);
  await transport[Symbol.asyncDispose]();
  expect(cluster.asked.at(-1)?.signal.aborted).toBe(true);
});
