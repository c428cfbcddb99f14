import { parallel } from "@evenkeel/async";
import { systemClock, systemRng } from "@evenkeel/machine";
import { startNatsCluster } from "@evenkeel/testing";
import type { NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { expect, test } from "vitest";

import { createSimulatedNats, simulatedDial } from "../index.ts";
import { generate } from "./generate.fixture.ts";
import { nameOf, type Operation } from "./operation.fixture.ts";
import { comparable, sideOf } from "./side.fixture.ts";

// More by hand: EVENKEEL_TEST_SEEDS=1-500.
const [first = 1, last = 40] = (process.env["EVENKEEL_TEST_SEEDS"] ?? "1-24").split("-").map(Number);
const STEPS = 120;
/** Operations that came before the one that differs. */
const SHOWN = 12;

/** More, and what takes milliseconds takes too many. */
const AT_ONCE = 12;

interface Difference {
  readonly seed: number;
  readonly step: number;
  readonly theirs: string;
  readonly ours: string;
  readonly done: readonly string[];
}

const compare = async (
  seed: number,
  replicas: 1 | 3,
  real: NatsConnection,
  simulated: NatsConnection,
  counts: Map<string, number>,
): Promise<Difference | undefined> => {
  const generator = generate(seed, replicas);
  const [realSide, ourSide] = [sideOf(real), sideOf(simulated)];
  const done: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    const operation: Operation = generator.next();
    const [theirs, ours] = await Promise.all([realSide.run(operation), ourSide.run(operation)]);
    counts.set(nameOf(operation), (counts.get(nameOf(operation)) ?? 0) + 1);
    generator.heard(operation, theirs);
    done.push(JSON.stringify(operation));
    const [a, b] = [comparable(theirs), comparable(ours)];
    if (a !== b) return { seed, step, theirs: a, ours: b, done: done.slice(-SHOWN) };
  }
  return undefined;
};

const wordsOf = ({ seed, step, theirs, ours, done }: Difference): string =>
  `seed ${seed}, operation ${step}\n${done.join("\n")}\n${differing(theirs, ours)}`;

/** Only the lines that are not the same. */
const differing = (a: string, b: string): string => {
  const [as, bs] = [a.split("\n"), b.split("\n")];
  let from = 0;
  while (as[from] === bs[from] && from < as.length) from++;
  let end = 0;
  while (as.at(-1 - end) === bs.at(-1 - end) && end < Math.min(as.length, bs.length) - from) end++;
  const cut = (lines: string[]): string =>
    lines
      .slice(Math.max(0, from - 3), lines.length - end + 1)
      .slice(0, 40)
      .join("\n");
  return `REAL\n${cut(as)}\nOURS\n${cut(bs)}`;
};

test("one server answers as a real one does", async () => {
  await using cluster = await startNatsCluster(1, { jetstream: { maxFileStoreGiB: 16 } });
  const real = await connect({ servers: [...cluster.urls], noAsyncTraces: true });
  const server = createSimulatedNats({ clock: systemClock, rng: systemRng });
  const simulated = await simulatedDial(server)({ servers: server.url, noAsyncTraces: true });
  const counts = new Map<string, number>();
  const seeds = Array.from({ length: last - first + 1 }, (_unused, n) => first + n);
  const failures: (Difference | undefined)[] = [];
  await parallel(seeds, AT_ONCE, async (seed) => {
    failures.push(await compare(seed, 1, real, simulated, counts));
  });
  await Promise.all([real.close(), simulated.close()]);
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const kinds = [...counts].toSorted(([, a], [, b]) => b - a).map(([name, n]) => `${name} ${n}`);
  console.info(`${total} operations compared: ${kinds.join(", ")}`);
  const found = failures.flatMap((each) => (each === undefined ? [] : [wordsOf(each)]));
  expect(found.slice(0, 3)).toEqual([]);
}, 600_000);
