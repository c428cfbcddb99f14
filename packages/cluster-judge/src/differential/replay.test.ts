import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { contractCases } from "../contract/all-cases.ts";
import { maskCase, readCases } from "../contract/contract-transcript.ts";
import { openEmbeddedTarget, startEmbeddedServer, stillClock } from "../contract/fixture/embedded-target.ts";
import { prepareContract, runContractCase } from "../contract/run-case.ts";
import type { Value } from "@evenkeel/embedded-cluster";
import { compareTranscripts, differencesIn } from "./compare.ts";
import { describeGroup, groupDifferences } from "./group-differences.ts";
import { playBatch, prepareTarget } from "./play-batch.ts";
import { readRecording } from "./recording.ts";
import { writeJson } from "./write-json.ts";

const root = join(import.meta.dirname, "../../testdata/transcripts");
const folders = globSync("*/sequences.jsonl.gz", { cwd: root }).map((file) => dirname(file));
const signal = AbortSignal.timeout(600_000);

test("there are recordings", () => expect(folders).not.toEqual([]));

describe.each(folders.map((folder) => basename(folder)))("replayed recordings of kube-apiserver %s", (version) => {
  test("random sequences: answers and events are equal", async () => {
    await using server = await startEmbeddedServer({ name: "replay", clock: stillClock });
    await prepareTarget(server.transport, signal);
    const recorded = readRecording(readFileSync(join(root, version, "sequences.jsonl.gz")));
    expect(recorded.length).toBeGreaterThan(100);
    const answered = await playBatch(
      server.transport,
      recorded.map(({ sequence }) => sequence),
      signal,
    );
    const differences = recorded.flatMap(({ sequence, transcript }, at) =>
      compareTranscripts(transcript, answered[at]!).map((difference) => ({ ...difference, sequence })),
    );
    expect(groupDifferences(differences).map((group) => describeGroup(group))).toEqual([]);
  }, 120_000);

  test("the contract's cases: answers are equal", async () => {
    await using target = await openEmbeddedTarget("in process");
    await prepareContract(target, signal);
    const recorded = readCases(readFileSync(join(root, version, "contract.jsonl.gz")));
    const found: string[] = [];
    for (const row of contractCases) {
      const real = recorded.get(row.id);
      if (real === undefined) continue;
      const bench = await runContractCase(target, row, signal).catch((error: unknown) => String(error));
      if (typeof bench === "string") {
        found.push(`${row.id} ${bench}`);
        continue;
      }
      const other = maskCase(row.id, bench.exchanges);
      for (const [at, exchange] of real.exchanges.entries()) {
        for (const { path, real: expected, other: got } of differencesIn(
          exchange as unknown as Value,
          other.exchanges[at] as unknown as Value,
        )) {
          const texts = [expected, got].map((value) =>
            value === undefined ? "(absent)" : writeJson(value).slice(0, 300),
          );
          found.push(
            `${row.id} ${exchange.method} ${exchange.path} ${path}\n  real:     ${texts[0]}\n  embedded: ${texts[1]}`,
          );
        }
      }
    }
    expect(recorded.size).toBeGreaterThan(100);
    expect(found).toEqual([]);
  }, 120_000);
});
