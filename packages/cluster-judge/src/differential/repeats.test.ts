import {
  createEmbeddedCluster,
  createManualClock,
  openInProcess,
  startControllers,
  withFaults,
} from "@evenkeel/embedded-cluster";
import type { FaultRule } from "@evenkeel/embedded-cluster";
import { isApiError } from "@evenkeel/kube";
import type { KubeTransport } from "@evenkeel/kube";
import { expect, test } from "vitest";

import { generateSequence } from "./generate-sequence.ts";
import { prepareTarget } from "./play-batch.ts";
import { playSequence } from "./play-sequence.ts";

const signal = AbortSignal.timeout(120_000);
const SEQUENCES = 80;
const WATCHED = ["/api/v1/configmaps", "/api/v1/pods", "/api/v1/services", "/apis/apps/v1/deployments"];

/** Drawn from the seed: none of them needs the clock to pass. */
const FAULTS: readonly FaultRule[] = [
  { fault: { kind: "error", status: 500, moment: "after" }, probability: 0.05 },
  { fault: { kind: "reset" }, when: { verbs: ["patch", "create"] }, probability: 0.05 },
  { fault: { kind: "stale-read" }, when: { verbs: ["get", "list"] }, probability: 0.2 },
  { fault: { kind: "drop-event" }, probability: 0.1 },
  { fault: { kind: "duplicate-event" }, probability: 0.1 },
];

/** Notes all that is answered, byte for byte; what breaks off is an answer of its own. */
const noting = (transport: KubeTransport, note: (line: string) => void): KubeTransport => ({
  ...transport,
  request: async (request, until) => {
    const answer = await transport.request(request, until).catch((error: unknown) => {
      if (!isApiError(error)) throw error;
      return { status: 0, headers: {}, body: Buffer.from(error.message) };
    });
    note(
      `${request.method} ${request.path} ${answer.status} ${JSON.stringify(answer.headers)} ${answer.body.toString()}`,
    );
    return answer;
  },
});

/** One workload of writes, reads, watches, controllers, passing time and faults; all that came back, in order. */
const run = async (seed: number): Promise<readonly string[]> => {
  const clock = createManualClock();
  await using cluster = createEmbeddedCluster({ name: "judge", seed, clock });
  await using controllers = startControllers(cluster, { paceMs: 3_000 });
  const seen: string[] = [];
  await prepareTarget(openInProcess(cluster), signal);
  const faulty = withFaults(cluster, { seed, rules: FAULTS });
  await using transport = noting(openInProcess(faulty), (line) => seen.push(line));
  const watch = async (path: string): Promise<void> => {
    const query = "watch=1&allowWatchBookmarks=true&resourceVersion=1";
    for await (const line of await transport.stream({ method: "GET", path: `${path}?${query}` }, signal)) {
      seen.push(`${path} ${line.toString()}`);
    }
  };
  const watching = WATCHED.map((path) => watch(path).catch((error: unknown) => seen.push(`${path} ${String(error)}`)));
  for (let index = 0; index < SEQUENCES; index += 1) {
    await playSequence(transport, generateSequence(7, index), signal);
    clock.advance(7_000);
    await controllers.idle();
  }
  await cluster[Symbol.asyncDispose]();
  await Promise.all(watching);
  seen.push(JSON.stringify(faulty.injected));
  return seen;
};

test("of one seed all answers, watch lines and faults are the same twice, and others of another seed", async () => {
  const first = await run(1);
  expect(first.length).toBeGreaterThan(1_000);
  expect(first.filter((line) => line.includes('{"type":"')).length).toBeGreaterThan(200);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});
