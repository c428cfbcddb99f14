// node src/differential/record.ts: records the real server into testdata/transcripts/VERSION, for replay where none can run.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { contractCases } from "../contract/all-cases.ts";
import { type CaseTranscript, maskCase, writeCases } from "../contract/contract-transcript.ts";
import { openRealTarget, startRealServer } from "../contract/fixture/real-target.ts";
import { prepareContract, runContractCase } from "../contract/run-case.ts";
import { compareTranscripts } from "./compare.ts";
import { generateSequence } from "./generate-sequence.ts";
import { mixedKinds } from "./kinds/all-kinds.ts";
import { playBatch, prepareTarget } from "./play-batch.ts";
import { writeRecording } from "./recording.ts";

const SEED = 36;
const MIXED = 200;
/** Each kind has a few of its own besides: seldom ones would hardly be seen. */
const EACH_KIND = 8;
/** Few at a time, so that a history hardly reaches into another second. */
const WORKERS = 3;

const signal = AbortSignal.timeout(900_000);
await using target = await openRealTarget();
const folder = join(import.meta.dirname, "../../testdata/transcripts", target.version);
await mkdir(folder, { recursive: true });

await prepareTarget(target.admin, signal);
const sequences = [
  ...Array.from({ length: MIXED }, (_, at) => generateSequence(SEED, at)),
  ...mixedKinds.flatMap(({ name }, kind) =>
    Array.from({ length: EACH_KIND }, (_, at) => generateSequence(SEED, MIXED + kind * EACH_KIND + at, name)),
  ),
];
await using second = await startRealServer();
await prepareTarget(second.transport, signal);
const transcripts = await playBatch(target.admin, sequences, signal, WORKERS);
const again = await playBatch(second.transport, sequences, signal, WORKERS);
// What two real servers answer differently is chance.
const recorded = sequences.flatMap((sequence, at) => {
  const [transcript, other] = [transcripts[at], again[at]];
  if (transcript === undefined || other === undefined) return [];
  return compareTranscripts(transcript, other).length === 0 ? [{ sequence, transcript }] : [];
});
const sequenceBytes = writeRecording(recorded);
await writeFile(join(folder, "sequences.jsonl.gz"), sequenceBytes);

await prepareContract(target, signal);
const cases: CaseTranscript[] = [];
for (const row of contractCases) {
  if (row.transcribed === false) continue;
  const { exchanges } = await runContractCase(target, row, signal);
  cases.push(maskCase(row.id, exchanges));
}
const caseBytes = writeCases(cases);
await writeFile(join(folder, "contract.jsonl.gz"), caseBytes);
console.log(
  `${folder}: ${recorded.length} of ${sequences.length} sequences (${sequenceBytes.length} bytes), ${cases.length} cases (${caseBytes.length} bytes)`,
);
