import { randomUUID } from "node:crypto";

import type { Lease } from "@evenkeel/bus";
import { connectKube, loadKubeconfig } from "@evenkeel/kube";
import { systemClock } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { readAnchor } from "../cluster/anchor-store.ts";
import { takeAnchor } from "../cluster/anchors.ts";
import type { AnchorDeps } from "../cluster/anchors.ts";
import { noVersion } from "../core/unit-version.ts";
import { LeaseLost } from "../write/write-refused.ts";

const signal = AbortSignal.timeout(120_000);
const partition = 0;

/** One that holds the partition under an epoch and has not noticed anything else: its lease still counts as live. */
const writerOf = (installation: string, epoch: bigint, newest: bigint) => {
  const dropped: string[] = [];
  const lease: Lease = {
    service: "applier",
    shard: String(partition),
    epoch,
    live: () => true,
    sure: () => Promise.resolve(true),
    drop: (why) => void dropped.push(why),
  };
  const deps = {
    bus: { installation, newestEpoch: async () => newest },
    clock: systemClock,
    log: silentTelemetry().log,
    lease,
    chain: { head: undefined, settled: undefined },
    partition,
    confirm: async () => {},
  } as unknown as AnchorDeps;
  return { deps, dropped };
};
const appAt = (selection: number) => ({
  version: { ...noVersion, selection: BigInt(selection) },
  digest: `sha256:${selection}`,
  lineage: undefined,
  ledger: 0n,
});

describe.skipIf(!controlPlaneAvailable)("two live writers of one anchor", { timeout: 120_000 }, () => {
  test("lose nothing that either recorded, and the one of the earlier term stops at its next write", async () => {
    const { kubeconfigPath } = await sharedControlPlane();
    await using kube = await connectKube(await loadKubeconfig(kubeconfigPath), {}, signal);
    const installation = randomUUID().slice(0, 8);
    const [earlier, later] = [writerOf(installation, 5n, 6n), writerOf(installation, 6n, 6n)];
    const first = await takeAnchor(earlier.deps, kube, "prod", 1n, signal);
    first.record("before", appAt(1), undefined);
    await first.flush();
    const second = await takeAnchor(later.deps, kube, "prod", 1n, signal);
    const refused: unknown[] = [];
    for (let round = 1; round <= 10; round += 1) {
      first.record("both", appAt(round), undefined);
      second.record("both", appAt(100 + round), undefined);
      second.record(`later-${round}`, appAt(round), undefined);
      const ended = await Promise.allSettled([first.flush(), second.flush()]);
      refused.push(...ended.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])));
    }
    expect(refused.length).toBe(10);
    for (const reason of refused) expect(reason).toBeInstanceOf(LeaseLost);
    expect(earlier.dropped.length).toBe(10);
    const { anchor } = (await readAnchor(kube, `ek-${installation}-${partition}`, signal)) ?? {};
    expect(anchor?.epoch).toBe(6n);
    expect(anchor?.apps.get("before")?.version.selection).toBe(1n);
    expect(anchor?.apps.get("both")?.version.selection).toBe(110n);
    expect([...(anchor?.apps.keys() ?? [])].filter((uid) => uid.startsWith("later-"))).toHaveLength(10);
  });

  test("that make it at the same moment end with the later term and with all that either knew", async () => {
    const { kubeconfigPath } = await sharedControlPlane();
    await using kube = await connectKube(await loadKubeconfig(kubeconfigPath), {}, signal);
    for (let round = 0; round < 10; round += 1) {
      const installation = randomUUID().slice(0, 8);
      const [earlier, later] = [writerOf(installation, 5n, 6n), writerOf(installation, 6n, 6n)];
      const taken = await Promise.allSettled([
        takeAnchor(earlier.deps, kube, "prod", 1n, signal),
        takeAnchor(later.deps, kube, "prod", 1n, signal),
      ]);
      for (const each of taken) if (each.status === "rejected") expect(each.reason).toBeInstanceOf(LeaseLost);
      expect(taken[1].status).toBe("fulfilled");
      const { anchor } = (await readAnchor(kube, `ek-${installation}-${partition}`, signal)) ?? {};
      expect(anchor?.epoch).toBe(6n);
    }
  });
});
