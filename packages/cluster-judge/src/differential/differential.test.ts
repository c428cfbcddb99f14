import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startEmbeddedServer, stillClock } from "../contract/fixture/embedded-target.ts";
import { startRealServer } from "../contract/fixture/real-target.ts";
import { type Tally, compareServers } from "./compare-servers.ts";
import { generateSequence } from "./generate-sequence.ts";
import { describeGroup, groupDifferences } from "./group-differences.ts";
import { rareKinds } from "./kinds/all-kinds.ts";
import { prepareTarget } from "./play-batch.ts";
import type { Pair } from "./shrink.ts";

const seed = Number(process.env["EVENKEEL_SEED"] ?? 1);
const count = Number(process.env["EVENKEEL_SEQUENCES"] ?? 250);
const BATCH = 250;
const EACH_RARE_KIND = 6;
const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, at) => at * BATCH);

describe.skipIf(!controlPlaneAvailable)(
  `random sequences of seed ${seed} on a kube-apiserver and the embedded cluster`,
  () => {
    const signal = AbortSignal.timeout(3_600_000);
    const stack = new AsyncDisposableStack();
    let pair: Pair;
    const tally: Tally = { played: 0, endedEarly: 0 };

    beforeAll(async () => {
      const real = stack.use(await startRealServer());
      const embedded = stack.use(await startEmbeddedServer({ name: "judged", clock: stillClock }));
      await Promise.all([prepareTarget(real.transport, signal), prepareTarget(embedded.transport, signal)]);
      pair = { real: real.transport, other: embedded.transport };
    }, 120_000);
    afterAll(() => stack.disposeAsync());

    test("answers and events of kinds that are seldom written are equal", async () => {
      const sequences = rareKinds.flatMap(({ name }, kind) =>
        Array.from({ length: EACH_RARE_KIND }, (_, at) =>
          generateSequence(seed, count + kind * EACH_RARE_KIND + at, name),
        ),
      );
      const differences = await compareServers(pair, sequences, signal);
      expect(groupDifferences(differences).map((group) => describeGroup(group))).toEqual([]);
    }, 300_000);

    test.each(batches)(
      "answers and events of the sequences from %i are equal",
      async (from) => {
        const sequences = Array.from({ length: Math.min(BATCH, count - from) }, (_, at) =>
          generateSequence(seed, from + at),
        );
        const differences = await compareServers(pair, sequences, signal, tally);
        // Each with the sequence that shows it: `main.ts --seed S --only N --show` cuts it down.
        expect(groupDifferences(differences).map((group) => describeGroup(group))).toEqual([]);
      },
      300_000,
    );

    test("few histories end early at a refusal that is not modelled", () => {
      expect(tally.played).toBe(count);
      expect(tally.endedEarly / tally.played).toBeLessThan(0.15);
    });
  },
);
