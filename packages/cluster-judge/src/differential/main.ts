// node src/differential/main.ts --seed N --sequences M [--kind K] [--only N [--show]]
import { parseArgs } from "node:util";

import { startEmbeddedServer, stillClock } from "../contract/fixture/embedded-target.ts";
import { startRealServer } from "../contract/fixture/real-target.ts";
import { confirmDifferences, differencesOf } from "./compare-servers.ts";
import { generateSequence, kindNames } from "./generate-sequence.ts";
import { type SequenceDifference, describeGroup, groupDifferences } from "./group-differences.ts";
import { playBatch, prepareTarget } from "./play-batch.ts";
import { showSequence } from "./show-sequence.ts";

const USAGE = `Plays seeded random sequences of requests to a real kube-apiserver and to the embedded cluster and tells what differs.
  --seed N        1 by default
  --sequences M   200 by default; sequence numbers 0 to M-1
  --from N        the first number instead of 0
  --kind K        only this kind: ${kindNames.join(", ")}
  --only N        only sequence N
  --show          with --only: cut it down to the fewest requests and print them with both answers
  --confirm       play what differs again, by itself, and tell only what differs each time
  --groups N      how many groups to print, 60 by default`;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    sequences: { type: "string", default: "200" },
    from: { type: "string", default: "0" },
    kind: { type: "string" },
    only: { type: "string" },
    show: { type: "boolean", default: false },
    confirm: { type: "boolean", default: false },
    groups: { type: "string", default: "60" },
    help: { type: "boolean", default: false },
  },
});

const BATCH = 100;
const signal = AbortSignal.timeout(3_600_000);

const run = async (): Promise<void> => {
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const first = Number(values.only ?? values.from);
  const count = values.only === undefined ? Number(values.sequences) : 1;
  const seed = Number(values.seed);
  const all = Array.from({ length: count }, (_, at) => generateSequence(seed, first + at, values.kind));
  await using stack = new AsyncDisposableStack();
  const real = stack.use(await startRealServer());
  const embedded = stack.use(await startEmbeddedServer({ clock: stillClock }));
  await Promise.all([real, embedded].map(({ transport }) => prepareTarget(transport, signal)));
  const pair = { real: real.transport, other: embedded.transport };
  if (values.show) {
    for (const sequence of all.slice(0, 1)) await showSequence(pair, sequence, signal);
    return;
  }
  const found: SequenceDifference[] = [];
  for (let at = 0; at < all.length; at += BATCH) {
    const batch = all.slice(at, at + BATCH);
    const [expected, answered] = [
      await playBatch(pair.real, batch, signal),
      await playBatch(pair.other, batch, signal),
    ];
    found.push(...differencesOf(batch, expected, answered));
  }
  const differences = values.confirm ? await confirmDifferences(pair, found, signal) : found;
  const different = new Set(differences.map(({ sequence }) => sequence.index)).size;
  const groups = groupDifferences(differences);
  for (const group of groups.slice(0, Number(values.groups))) console.log(`${describeGroup(group)}\n`);
  console.log(`${different} of ${all.length} sequences differ, in ${groups.length} groups (seed ${seed}).`);
  process.exitCode = different === 0 ? 0 : 1;
};

await run();
