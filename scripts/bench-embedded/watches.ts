import type { EmbeddedCluster } from "@evenkeel/embedded-cluster";
import type { Kube } from "@evenkeel/kube";

import { forever } from "./fleet.ts";
import { heapBytes, timed } from "./measure.ts";
import type { Row } from "./table.ts";
import { bytes, rate } from "./table.ts";

const WATCHED = ["configmaps", "services", "secrets", "serviceaccounts", "pods"] as const;

const configMap = (turn: number) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "watched", namespace: "default" },
  data: { turn: String(turn) },
});

/** Opens a watch and counts its lines; resolves `reached` at the wanted count. */
const countLines = async (kube: Kube, path: string, signal: AbortSignal) => {
  const stream = await kube.transport.stream({ method: "GET", path }, signal);
  let lines = 0;
  let wake: (() => void) | undefined;
  const reading = (async () => {
    for await (const line of stream) if (line.length > 0 && (lines += 1) > 0) wake?.();
  })().catch(() => undefined);
  const reached = async (wanted: number): Promise<void> => {
    while (lines < wanted) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { reached, reading };
};

/** Events delivered a second when one object changes under ten watches, and the cost of watches that are idle. */
export const measureWatches = async (
  clusters: readonly EmbeddedCluster[],
  kubes: readonly Kube[],
): Promise<readonly Row[]> => {
  const [kube, store] = [kubes[0], clusters[0]?.store];
  if (kube === undefined || store === undefined) return [];
  const stop = new AbortController();
  const path = `/api/v1/configmaps?watch=1&resourceVersion=${store.revision()}`;
  const watches = await Promise.all(Array.from({ length: 10 }, () => countLines(kube, path, stop.signal)));
  const changes = 2_000;
  const { took } = await timed(async () => {
    for (let turn = 0; turn < changes; turn += 1) {
      await kube.serverSideApply({ object: configMap(turn), force: true, dryRun: false }, forever);
    }
    await Promise.all(watches.map(({ reached }) => reached(changes)));
  });
  stop.abort();
  await Promise.all(watches.map(({ reading }) => reading));

  const heapBefore = heapBytes();
  const idle = new AbortController();
  const open: Promise<void>[] = [];
  for (const [index, each] of kubes.entries()) {
    for (const plural of WATCHED) {
      const from = clusters[index]?.store.revision() ?? 0;
      const { reading } = await countLines(each, `/api/v1/${plural}?watch=1&resourceVersion=${from}`, idle.signal);
      open.push(reading);
    }
  }
  const heap = (heapBytes() - heapBefore) / open.length;
  idle.abort();
  await Promise.all(open);
  return [
    ["watch events (one object, ten watches; the applies included)", rate(took, changes * 10)],
    [`heap per idle watch (${open.length} of them)`, bytes(heap)],
  ];
};
