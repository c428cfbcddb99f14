import { systemClock } from "@evenkeel/machine";
import { describe, expect, test } from "vitest";

import { FRONTS, forever, openThrough } from "../testdata/both-fronts.ts";
import { follow } from "../testdata/follow.ts";
import { tinyCluster } from "../testdata/tiny-cluster.ts";
import type { Fault, FaultRule } from "./fault-script.ts";
import { createJumpingClock } from "./manual-clock.ts";
import { withFaults } from "./with-faults.ts";

const configMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "n" },
  data: { value: "1" },
};
const ref = { group: "", kind: "ConfigMap", namespace: "n", name: "a" };
const script = (...rules: readonly FaultRule[]) => ({ seed: 1, rules });
const onPatch = (fault: Fault, rest: Partial<FaultRule> = {}): FaultRule => ({
  fault,
  when: { verbs: ["patch"] },
  count: 1,
  ...rest,
});
const onWatch = (fault: Fault, rest: Partial<FaultRule> = {}): FaultRule => ({
  fault,
  when: { verbs: ["watch"] },
  count: 1,
  ...rest,
});

describe.each(FRONTS)("%s", (front) => {
  const open = async (...rules: readonly FaultRule[]) => {
    const cluster = tinyCluster(createJumpingClock());
    const faulty = withFaults(cluster, script(...rules));
    return { cluster, faulty, kube: await openThrough(front, faulty) };
  };
  const apply = (kube: Awaited<ReturnType<typeof open>>["kube"], deadlineMs = 5_000) =>
    kube.serverSideApply({ object: configMap, force: false, dryRun: false, deadlineMs }, forever);

  describe("an apply", () => {
    test.each([
      ["500", { kind: "error", status: 500 }, { errorClass: "TRANSIENT", status: 500 }, "nothing"],
      [
        "500 of a write that happened",
        { kind: "error", status: 500, moment: "after" },
        { errorClass: "TRANSIENT" },
        "all",
      ],
      ["a proxy's 502", { kind: "error", status: 502 }, { errorClass: "TRANSIENT", status: 502 }, "nothing"],
      ["504", { kind: "error", status: 504 }, { errorClass: "TRANSIENT", status: 504 }, "nothing"],
      [
        "503 with Retry-After",
        { kind: "error", status: 503, retryAfterSeconds: 1 },
        { errorClass: "THROTTLED", retryAfterMs: 1_000 },
        "nothing",
      ],
      ["a reset before the effect", { kind: "reset" }, { errorClass: "TRANSIENT", status: 0 }, "nothing"],
      ["a reset after it", { kind: "reset", moment: "after" }, { errorClass: "TRANSIENT", status: 0 }, "all"],
      [
        "a half-open connection",
        { kind: "half-open" },
        { errorClass: "TRANSIENT", reason: "DeadlineExceeded" },
        "nothing",
      ],
      [
        "a half-open connection after the effect",
        { kind: "half-open", moment: "after" },
        { errorClass: "TRANSIENT", reason: "DeadlineExceeded" },
        "all",
      ],
      [
        "an answer that is late",
        { kind: "latency", ms: 60_000, moment: "after" },
        { reason: "DeadlineExceeded" },
        "all",
      ],
      ["a request that is late", { kind: "latency", ms: 60_000 }, { reason: "DeadlineExceeded" }, "nothing"],
      ["a write that came second", { kind: "stale" }, { errorClass: "STALE", reason: "Conflict" }, "nothing"],
      ["rights that are gone", { kind: "forbidden" }, { errorClass: "FORBIDDEN", status: 403 }, "nothing"],
      [
        "a webhook that hangs",
        { kind: "hanging-webhook", seconds: 0.05 },
        {
          errorClass: "TRANSIENT",
          status: 500,
          message: expect.stringMatching(/failed calling webhook .*deadline exceeded/) as string,
        },
        "nothing",
      ],
      ["a body cut in its middle", { kind: "body", form: "truncated" }, { errorClass: "PROTOCOL" }, "all"],
      ["a proxy's page", { kind: "body", form: "html" }, { errorClass: "PROTOCOL" }, "all"],
      ["an empty body", { kind: "body", form: "empty" }, { errorClass: "PROTOCOL" }, "all"],
    ] as const)("%s is told by its class, and the next one goes through", async (_title, fault, expected, effect) => {
      const { cluster, faulty, kube } = await open(onPatch(fault));
      await using _closed = kube;
      // Half-open ones end by this alone; what is told before it must not meet it on a busy machine.
      const deadlineMs = fault.kind === "half-open" || fault.kind === "latency" ? 150 : 950;
      await expect(apply(kube, deadlineMs)).rejects.toMatchObject(expected);
      expect(cluster.names()).toEqual(effect === "all" ? ["a"] : []);
      expect(faulty.injected).toMatchObject([
        { rule: 0, kind: fault.kind, request: "PATCH /api/v1/namespaces/n/configmaps/a" },
      ]);
      expect((await apply(kube)).object).toMatchObject({ data: { value: "1" } });
    });

    test("429 is waited for, then it happens once", async () => {
      const { cluster, kube } = await open(onPatch({ kind: "throttle", retryAfterSeconds: 1 }));
      await using _closed = kube;
      const began = performance.now();
      await apply(kube);
      expect(performance.now() - began).toBeGreaterThan(950);
      expect(cluster.asked.filter((request) => request.method === "PATCH")).toHaveLength(1);
    });

    test("latency comes before the effect", async () => {
      const { kube } = await open(onPatch({ kind: "latency", ms: 120 }));
      await using _closed = kube;
      const began = performance.now();
      await apply(kube);
      expect(performance.now() - began).toBeGreaterThan(115);
    });

    test("the clock leaps", async () => {
      const { cluster, kube } = await open(onPatch({ kind: "clock-jump", ms: -3_600_000 }));
      await using _closed = kube;
      const before = cluster.clock.now().getTime();
      await apply(kube);
      expect(cluster.clock.now().getTime() - before).toBeLessThan(-3_590_000);
    });
  });

  describe("a watch of our client", () => {
    test.each([
      ["an expired watch", onWatch({ kind: "expire-watch", afterEvents: 1 }), "LIST"],
      ["a 410 in place of a watch", onWatch({ kind: "expire-watch", as: "status" }), "LIST"],
      ["a watch that the server closes", onWatch({ kind: "end-watch", how: "close", afterEvents: 1 }), "WATCH"],
      ["a watch that breaks", onWatch({ kind: "end-watch", how: "break", afterEvents: 1 }), "BACKOFF"],
      ["a watch that falls silent", onWatch({ kind: "half-open", afterEvents: 1 }), "BACKOFF"],
      ["a watch that is refused", onWatch({ kind: "error", status: 503 }), "BACKOFF"],
      ["a reset in place of a watch", onWatch({ kind: "reset", moment: "after" }), "BACKOFF"],
      ["events that come twice", onWatch({ kind: "duplicate-event" }, { count: 5 }), undefined],
      ["late events", onWatch({ kind: "delay-event", ms: 20 }, { count: 5 }), undefined],
    ] as const)("%s: nothing is missed", async (_title, rule, state) => {
      const { cluster, faulty, kube } = await open(rule);
      await using _closed = kube;
      await using client = await follow(kube, 200);
      await client.until(() => client.states.includes("WATCH") || client.states.includes("BACKOFF"));
      const before = client.states.length;
      for (const value of ["1", "2", "3"]) {
        cluster.put("a", { value });
        cluster.put("b", { value });
        await client.until(() => client.seen.get("a") === value && client.seen.get("b") === value);
      }
      cluster.remove("a");
      await client.until(() => !client.seen.has("a"));
      expect([...client.seen]).toEqual([["b", "3"]]);
      expect(faulty.injected.length).toBeGreaterThan(0);
      if (state !== undefined) expect(client.states.slice(Math.min(before, 1))).toContain(state);
    });

    test("an event that is dropped stays unknown until the next list", async () => {
      const { cluster, kube } = await open(
        onWatch({ kind: "drop-event" }),
        onWatch({ kind: "expire-watch", afterEvents: 2 }),
      );
      await using _closed = kube;
      await using client = await follow(kube);
      await client.until(() => client.states.includes("WATCH"));
      cluster.put("lost", { value: "1" });
      cluster.put("a", { value: "1" });
      await client.until(() => client.seen.has("lost"));
      expect(client.told.slice(0, 1)).toEqual(["ADDED a=1"]);
      expect(client.told.filter((line) => line.includes("lost"))).toEqual(["LISTED lost=1"]);
    });

    test("an event can come after the one that follows it", async () => {
      const { cluster, kube } = await open(onWatch({ kind: "reorder-events" }));
      await using _closed = kube;
      await using client = await follow(kube);
      await client.until(() => client.states.includes("WATCH"));
      cluster.put("a", { value: "1" });
      cluster.put("b", { value: "2" });
      await client.until(() => client.told.length === 2);
      expect(client.told).toEqual(["ADDED b=2", "ADDED a=1"]);
    });

    test("an event to be swapped comes all the same when none follows", async () => {
      const { cluster, kube } = await open(onWatch({ kind: "reorder-events", ms: 20 }));
      await using _closed = kube;
      await using client = await follow(kube);
      await client.until(() => client.states.includes("WATCH"));
      cluster.put("a", { value: "1" });
      await client.until(() => client.told.length === 1);
      cluster.put("b", { value: "2" });
      await client.until(() => client.told.length === 2);
      expect(client.told).toEqual(["ADDED a=1", "ADDED b=2"]);
    });

    test("a store that goes back gives versions out again, and its watches break", async () => {
      const { cluster, kube } = await open(onPatch({ kind: "backup" }), onPatch({ kind: "regress" }, { skip: 1 }));
      await using _closed = kube;
      await using client = await follow(kube);
      await client.until(() => client.states.includes("WATCH"));
      const { object } = await apply(kube);
      cluster.put("later", { value: "1" });
      await client.until(() => client.seen.has("later"));
      const again = await apply(kube);
      expect(again.object.metadata.resourceVersion).toBe(object.metadata.resourceVersion);
      await client.until(() => client.states.includes("BACKOFF"));
      expect(cluster.names()).not.toContain("later");
    });
  });

  test("a read can be older than one before it", async () => {
    const { cluster, kube } = await open({
      fault: { kind: "stale-read" },
      when: { verbs: ["get"] },
      skip: 2,
      count: 1,
    });
    await using _closed = kube;
    const value = async () => ((await kube.getObject(ref, {}, forever))!["data"] as { value: string }).value;
    const values: string[] = [];
    for (const put of ["1", "2", "3", "4"]) {
      cluster.put("a", { value: put });
      values.push(await value());
    }
    expect(values).toEqual(["1", "2", "1", "4"]);
  });

  test("a group that cannot be asked is told as partial, the others are whole", async () => {
    const { kube } = await open({ fault: { kind: "partial-discovery", group: "apps" }, count: 2 });
    await using _closed = kube;
    expect([...kube.discovery.partialGroups]).toEqual(["apps"]);
    expect(kube.discovery.resolve("apps", "Deployment")).toBeUndefined();
    expect(kube.discovery.resolve("", "ConfigMap")).toBeDefined();
    await kube.discovery.refresh(forever);
    expect([...kube.discovery.partialGroups]).toEqual([]);
  });

  test("calmed it does nothing more", async () => {
    const { faulty, kube } = await open(onPatch({ kind: "error", status: 500 }, { count: 100 }));
    await using _closed = kube;
    await expect(apply(kube)).rejects.toThrow();
    faulty.calm();
    await apply(kube);
    expect(faulty.injected).toHaveLength(1);
  });
});

describe("a script that its cluster cannot play", () => {
  const { handle, name } = tinyCluster();
  const bare = { handle, name, clock: systemClock };
  test.each([
    ["a jump of a clock that cannot", { kind: "clock-jump", ms: 1 }],
    ["going back without snapshots", { kind: "regress" }],
    ["admission without hooks", { kind: "admission", act: "deny" }],
  ] as const)("%s is refused at once", (_title, fault) => {
    expect(() => withFaults(bare, script({ fault }))).toThrow(RangeError);
  });
});
