import { PendingState } from "@evenkeel/contracts";
import type { CommitObserved, CommitPlanned, SourceCondition, UnitVersion } from "@evenkeel/contracts";

import { noLetters } from "./open-letters.ts";
import type { OpenLetters } from "./open-letters.ts";
import type { UnitRecord } from "./unit/unit-record.ts";

/** What people want to know of a commit. */
export interface CommitWords {
  readonly author: string;
  readonly subject: string;
  readonly observedAt: Date | undefined;
}

/** The newest facts about one source. */
export interface SourceRecord {
  readonly source: string;
  readonly observed: CommitObserved | undefined;
  readonly planned: CommitPlanned | undefined;
  /** Every unit that the last plan touched has answered it, or is in its list: the others are at its commit. */
  readonly planComplete: boolean;
  readonly condition: SourceCondition | undefined;
  /** The last commits seen, by full id, oldest first. */
  readonly commits: ReadonlyMap<string, CommitWords>;
  /** What was set aside of its messages. */
  readonly letters: OpenLetters;
}

// Units lag their source by a few commits; older ones are named by their own desired.
const KEPT_COMMITS = 64;

/** A source of which nothing is known yet. */
export const emptySource = (source: string): SourceRecord => ({
  source,
  observed: undefined,
  planned: undefined,
  planComplete: false,
  condition: undefined,
  commits: new Map(),
  letters: noLetters,
});

export const foldCommitObserved = (record: SourceRecord, observed: CommitObserved): SourceRecord => {
  const { author, subject, observedAt } = observed;
  const others = [...record.commits].filter(([revision]) => revision !== observed.revision);
  const commits = new Map([...others.slice(1 - KEPT_COMMITS), [observed.revision, { author, subject, observedAt }]]);
  return { ...record, observed, commits };
};

export const foldCommitPlanned = (record: SourceRecord, planned: CommitPlanned): SourceRecord =>
  record.planned !== undefined && planned.seq < record.planned.seq
    ? record
    : { ...record, planned, planComplete: record.planComplete && record.planned?.seq === planned.seq };

export const foldSourceCondition = (record: SourceRecord, condition: SourceCondition): SourceRecord => ({
  ...record,
  condition,
});

const seqFor = (source: string, version: UnitVersion | undefined): bigint =>
  version?.sources.find((s) => s.source === source)?.seq ?? 0n;

const keyOf = (cluster = "", app = ""): string => `${cluster}/${app}`;

/** True once all units that the last plan touched are seen to have answered it. Plans and desired states come over
 *  different streams: a plan may be seen before the desired that it tells of, and its commit must not be claimed yet. */
export const isPlanComplete = (
  { planned, source }: SourceRecord,
  units: Iterable<Pick<UnitRecord, "app" | "cluster" | "desired" | "problem">>,
): boolean => {
  if (planned === undefined) return false;
  const rendering = planned.pending.filter(({ state }) => state === PendingState.RENDERING);
  const told = new Set(rendering.map(({ unit }) => keyOf(unit?.cluster, unit?.app)));
  for (const { app, cluster, desired, problem } of units) {
    const seqs = [seqFor(source, desired?.version), seqFor(source, problem?.version)];
    if (seqs.some((seq) => seq >= planned.seq)) told.add(keyOf(cluster, app));
  }
  return told.size >= planned.touched;
};
