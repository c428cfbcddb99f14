import { describe, expect, it } from "vitest";

import { CORE } from "./model.fixture.ts";
import type { Core } from "./model.fixture.ts";
import { searchAll } from "./search.fixture.ts";

/** What the search must try, or it shows nothing. */
const TRIED = [
  "is pushed",
  "the branch is rewritten to",
  "the source-watcher holds:  does not descend from what was accepted",
  "the bus loses all that it has",
  "crashes",
  "takes term",
  "finds a later term in the anchor",
  "finds that another has written into the ledger",
  "asks for a proof that  goes on from",
  "tells that it is behind the cluster",
  "deletes b for number",
];

/** Faults of the kinds that were found by hand, with the sentence that each breaks. */
const planted: readonly (readonly [fault: string, core: Partial<Core>, breaks: RegExp])[] = [
  [
    "the term is not compared",
    { checkEpoch: false, fence: (question) => CORE.fence({ ...question, epoch: 99n }) },
    /one-writer|version.monotone/,
  ],
  ["a put instead of compare-and-set", { compareAndSet: false }, /write.audit/],
  ["numbers begin again", { nextSeq: () => 1 }, /version.above-anchors/],
  ["a prune before its version is applied", { pruneLast: false }, /prune.applied/],
  [
    "a lineage that passes by its number",
    { lineage: (one, other) => (other === undefined || one.seq > other.seq ? "passes" : "prove") },
    /history.no-rewrite/,
  ],
  [
    "a rewrite that is followed",
    { tip: (question) => CORE.tip({ ...question, descends: "yes" }) },
    /history.no-rewrite/,
  ],
  ["a write before its intent", { intentFirst: false }, /write.audit/],
  ["whatever comes last is newest", { compare: () => "newer" }, /version.monotone|history.no-rewrite/],
  [
    "what is desired again is deleted",
    { prune: (evidence) => CORE.prune({ ...evidence, desired: new Set() }) },
    /prune.not-desired/,
  ],
];

describe("the decision core, over every order of two appliers, three commits, a rewrite, a crash and a repeat", () => {
  it("breaks none of its sentences in any state", { timeout: 300_000 }, () => {
    const started = process.cpuUsage();
    const { states, transitions, depth, seen, story } = searchAll(CORE);
    const cpu = process.cpuUsage(started);
    const seconds = (cpu.user + cpu.system) / 1e6;
    process.stderr.write(
      `small scope: ${states} states, ${transitions} transitions, depth ${depth}, ${seconds.toFixed(1)} s of processor\n`,
    );
    expect(story).toEqual([]);
    expect(
      TRIED.filter((what) => ![...seen].some(([kind, times]) => kind.includes(what.trim()) && times >= 100)),
    ).toEqual([]);
  });

  it.each(planted)("shows the shortest way to a planted fault: %s", { timeout: 120_000 }, (_what, core, breaks) => {
    const { story } = searchAll({ ...CORE, ...core });
    expect(story.at(-1)).toMatch(/^BROKEN /);
    expect(story.at(-1)).toMatch(breaks);
    process.stderr.write(`${story.join("\n")}\n\n`);
  });
});
