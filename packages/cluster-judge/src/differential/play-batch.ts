import type { KubeTransport } from "@evenkeel/kube";

import type { Value } from "@evenkeel/embedded-cluster";
import { NAMESPACES } from "./generate-sequence.ts";
import { definitions } from "./kinds/custom-kinds.ts";
import { allKinds, kindNamed } from "./kinds/all-kinds.ts";
import { collectionOf } from "./kinds/kind-table.ts";
import { type SeenEvent, followEvents } from "./follow-events.ts";
import { playSequence } from "./play-sequence.ts";
import type { Sequence } from "./step.ts";
import { type Exchange, type Transcript, maskTranscript } from "./transcript.ts";
import { writeJson } from "./write-json.ts";

const WAIT_MS = 15_000;
const WORKERS = 12;

const post = async (transport: KubeTransport, path: string, body: Value, signal: AbortSignal): Promise<number> => {
  const headers = { "content-type": "application/json" };
  const response = await transport.request(
    { method: "POST", path, headers, body: Buffer.from(writeJson(body)) },
    signal,
  );
  return response.status;
};

/** Makes the namespaces and the kinds of custom resources that sequences use; resolves once they are served. */
export const prepareTarget = async (transport: KubeTransport, signal: AbortSignal): Promise<void> => {
  for (const name of NAMESPACES) {
    await post(transport, "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } }, signal);
  }
  for (const definition of definitions) {
    await post(transport, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition, signal);
  }
  const custom = allKinds.filter((table) => !table.strategic);
  const deadline = performance.now() + 30_000;
  for (const table of custom) {
    const probe = { ...table.base("probe") };
    const path = `${collectionOf(table, NAMESPACES[0])}?dryRun=All`;
    while ((await post(transport, path, probe, signal)) !== 201) {
      if (performance.now() > deadline) throw new Error(`${table.kind} is not served within 30 s`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

const pathsOf = (sequences: readonly Sequence[]): readonly string[] => [
  ...new Set(sequences.flatMap((s) => s.steps.map((step) => collectionOf(kindNamed(step.kind), s.namespace)))),
];

/** `KIND NAME` of each object of a sequence with the collection that shows it. */
const objectsOf = (sequence: Sequence): readonly (readonly [key: string, path: string, name: string])[] => {
  const found = new Map<string, readonly [string, string, string]>();
  for (const { kind, object } of sequence.steps) {
    const key = `${kind} ${object}`;
    found.set(key, [key, collectionOf(kindNamed(kind), sequence.namespace), object]);
  }
  return [...found.values()].toSorted(([a], [b]) => (a < b ? -1 : 1));
};

/** Names are not used twice: a Job that was deleted waits for a collector that nobody runs. */
let ends = 0;

/** An event of an object made last says that all before has come. */
const waitForEnd = async (
  transport: KubeTransport,
  followed: Awaited<ReturnType<typeof followEvents>>,
  sequences: readonly Sequence[],
  signal: AbortSignal,
): Promise<void> => {
  const name = `end-${process.pid}-${ends++}`;
  const kinds = new Set(sequences.flatMap((s) => s.steps.map((step) => step.kind)));
  const namespaces = new Set(sequences.map((s) => s.namespace));
  const paths = new Set(pathsOf(sequences));
  for (const kind of kinds) {
    const table = kindNamed(kind);
    for (const namespace of table.namespaced ? namespaces : [NAMESPACES[0]]) {
      const path = collectionOf(table, namespace);
      if (!paths.has(path)) continue;
      const status = await post(transport, path, table.base(name), signal);
      if (status !== 201) throw new Error(`POST ${path}/${name}: ${status}`);
      if (!(await followed.seen(path, name, WAIT_MS)))
        throw new Error(`no event of ${path}/${name} within ${WAIT_MS} ms`);
      await transport.request({ method: "DELETE", path: `${path}/${name}` }, signal);
    }
  }
};

/** Plays the sequences, many at a time, and gives their transcripts in the same order. The target must be prepared. */
export const playBatch = async (
  transport: KubeTransport,
  sequences: readonly Sequence[],
  signal: AbortSignal,
  workers = WORKERS,
): Promise<readonly Transcript[]> => {
  await using followed = await followEvents(transport, pathsOf(sequences));
  const played: (readonly Exchange[])[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < sequences.length; at = next++) {
      played[at] = await playSequence(transport, sequences[at] as Sequence, signal);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  await waitForEnd(transport, followed, sequences, signal);
  return sequences.map((sequence, at) => {
    const events: Record<string, readonly SeenEvent[]> = {};
    for (const [key, path, name] of objectsOf(sequence)) events[key] = followed.take(path, name);
    return maskTranscript(played[at] ?? [], events);
  });
};
