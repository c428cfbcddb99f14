import type { CommitObserved, CommitPlanned, SourceCondition } from "@evenkeel/contracts";

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
  readonly condition: SourceCondition | undefined;
  /** The last commits seen, by full id, oldest first. */
  readonly commits: ReadonlyMap<string, CommitWords>;
}

// Units lag their source by a few commits; older ones are named by their own desired.
const keptCommits = 64;

/** A source of which nothing is known yet. */
export const emptySource = (source: string): SourceRecord => ({
  source,
  observed: undefined,
  planned: undefined,
  condition: undefined,
  commits: new Map(),
});

export const foldCommitObserved = (record: SourceRecord, observed: CommitObserved): SourceRecord => {
  const { author, subject, observedAt } = observed;
  const others = [...record.commits].filter(([revision]) => revision !== observed.revision);
  const commits = new Map([...others.slice(1 - keptCommits), [observed.revision, { author, subject, observedAt }]]);
  return { ...record, observed, commits };
};

export const foldCommitPlanned = (record: SourceRecord, planned: CommitPlanned): SourceRecord =>
  record.planned !== undefined && planned.seq < record.planned.seq ? record : { ...record, planned };

export const foldSourceCondition = (record: SourceRecord, condition: SourceCondition): SourceRecord => ({
  ...record,
  condition,
});
