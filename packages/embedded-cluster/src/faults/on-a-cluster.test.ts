import { isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { describe, expect, test } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { FRONTS, forever, openThrough } from "../testdata/both-fronts.ts";
import { follow } from "../testdata/follow.ts";
import type { Fault, FaultRule } from "./fault-script.ts";
import { createJumpingClock } from "./manual-clock.ts";
import { withFaults } from "./with-faults.ts";

const configMap = (name: string, value: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data: { value },
});
const put = (kube: Kube, name: string, value: string, dryRun = false) =>
  kube.serverSideApply({ object: configMap(name, value), force: true, dryRun, deadlineMs: 2_000 }, forever);
const open = async (front: (typeof FRONTS)[number], seed: number, ...rules: readonly FaultRule[]) => {
  const cluster = createEmbeddedCluster({ clock: createJumpingClock() });
  const faulty = withFaults(cluster, { seed, rules });
  return { cluster, faulty, kube: await openThrough(front, faulty) };
};

describe.each(FRONTS)("%s, on a whole cluster", (front) => {
  const onConfigMaps = (fault: Fault): FaultRule => ({ fault, when: { resources: ["configmaps"] }, count: 1 });

  test.each([
    ["a webhook that denies", { kind: "admission", act: "deny", message: "no" }, { errorClass: "DENIED" }],
    [
      "a webhook that is not reached",
      { kind: "admission", act: "unavailable" },
      { errorClass: "TRANSIENT", status: 500 },
    ],
  ] as const)("%s is told by its class, and the next apply goes through", async (_title, fault, expected) => {
    const { kube } = await open(front, 1, onConfigMaps(fault));
    await using _closed = kube;
    await expect(put(kube, "a", "1")).rejects.toMatchObject(expected);
    expect((await put(kube, "a", "1")).created).toBe(true);
  });

  test("a webhook that changes what is written differs from turn to turn, and in dry-runs", async () => {
    const change: Fault = {
      kind: "admission",
      act: "change",
      path: ["metadata", "annotations", "injected"],
      value: "turn-",
      varies: true,
    };
    const { kube } = await open(front, 1, { fault: change, when: { resources: ["configmaps"] } });
    await using _closed = kube;
    const injected = async (dryRun: boolean) =>
      (await put(kube, "a", "1", dryRun)).object.metadata["annotations"] as Record<string, string>;
    expect((await injected(false))["injected"]).toBe("turn-1");
    expect((await injected(true))["injected"]).toBe("turn-2");
  });

  test("a cluster that goes back to its backup gives versions out again; a watch finds the old state by a list", async () => {
    const { cluster, kube } = await open(front, 1, {
      fault: { kind: "regress" },
      when: { verbs: ["get"], resources: ["configmaps"] },
      count: 1,
    });
    await using _closed = kube;
    const before = cluster.store.revision();
    await using client = await follow(kube);
    await client.until(() => client.states.includes("WATCH"));
    await put(kube, "later", "1");
    await client.until(() => client.seen.has("later"));
    const lost = await kube.getObject(
      { group: "", kind: "ConfigMap", namespace: "default", name: "later" },
      {},
      forever,
    );
    expect(lost).toBeUndefined();
    expect(cluster.store.revision()).toBe(before);
    const { object } = await put(kube, "other", "1");
    expect(Number(object.metadata.resourceVersion)).toBe(before + 1);
  });

  test("a group that its server does not answer for is partial, everything else is there", async () => {
    const { kube } = await open(front, 1, { fault: { kind: "partial-discovery", group: "batch" }, count: 2 });
    await using _closed = kube;
    expect([...kube.discovery.partialGroups]).toEqual(["batch"]);
    expect(kube.discovery.resolve("batch", "Job")).toBeUndefined();
    expect(kube.discovery.resolve("apps", "Deployment")).toBeDefined();
    await kube.discovery.refresh(forever);
    expect(kube.discovery.resolve("batch", "Job")).toBeDefined();
  });

  test("through a storm of faults a client that retries ends where the cluster is", async () => {
    const often = (fault: Fault, probability: number, rest: Partial<FaultRule> = {}): FaultRule => ({
      fault,
      probability,
      ...rest,
    });
    const writes = { when: { verbs: ["patch"] } } as const;
    const watches = { when: { verbs: ["watch"] } } as const;
    const { cluster, faulty, kube } = await open(
      front,
      42,
      often({ kind: "reset", moment: "after" }, 0.1, writes),
      often({ kind: "error", status: 500 }, 0.1, writes),
      often({ kind: "body", form: "truncated" }, 0.1, writes),
      often({ kind: "latency", ms: 1, upToMs: 3 }, 0.2, writes),
      often({ kind: "clock-jump", ms: -60_000 }, 0.05, writes),
      often({ kind: "duplicate-event" }, 0.1, watches),
      often({ kind: "delay-event", ms: 2 }, 0.1, watches),
      often({ kind: "drop-event" }, 0.05, watches),
      often({ kind: "reorder-events", ms: 5 }, 0.05, watches),
      often({ kind: "end-watch", how: "break", afterEvents: 4 }, 0.4, watches),
      often({ kind: "expire-watch", afterEvents: 7 }, 1, watches),
    );
    await using _closed = kube;
    await using client = await follow(kube, 300);
    for (let turn = 0; turn < 120; turn += 1) {
      for (let done = false; !done;) {
        try {
          await put(kube, `m${turn % 7}`, String(turn));
          done = true;
        } catch (error) {
          if (!isApiError(error, "TRANSIENT", "PROTOCOL")) throw error;
        }
      }
    }
    faulty.calm();
    cluster.store.compact(); // whoever was behind must list again
    for (let settle = 0; settle < 10; settle += 1) await put(kube, "last", String(settle));
    const live = () =>
      cluster.store.list("", "configmaps", "default").map(({ json, key }) => {
        const { data } = JSON.parse(json) as { readonly data?: { readonly value?: string } };
        return `${key.name}=${data?.value}`;
      });
    await client.until(
      () =>
        [...client.seen]
          .map(([name, value]) => `${name}=${value}`)
          .toSorted()
          .join() === live().join(),
    );
    expect(faulty.injected.length).toBeGreaterThan(20);
    expect(new Set(faulty.injected.map(({ kind }) => kind)).size).toBeGreaterThan(6);
  });
});

test("the same script on the same requests does the same", async () => {
  const run = async () => {
    const { faulty, kube } = await open("in process", 7, {
      fault: { kind: "error", status: 500 },
      when: { verbs: ["patch"] },
      probability: 0.4,
    });
    await using _closed = kube;
    const outcome: string[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      outcome.push(
        await put(kube, "a", `${turn}`).then(
          () => ".",
          () => "x",
        ),
      );
    }
    return [outcome.join(""), faulty.injected.length] as const;
  };
  const first = await run();
  expect(await run()).toEqual(first);
  expect(first[0]).toContain("x");
  expect(first[0]).toContain(".");
});
