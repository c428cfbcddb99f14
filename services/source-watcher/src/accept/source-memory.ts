import { createHash } from "node:crypto";

import { buckets, flows } from "@evenkeel/contracts";
import type { RewrittenRef, SourceCondition, StoredHold, Tip } from "@evenkeel/contracts";
import type { Bus, StateEntry } from "@evenkeel/bus";
import type { Commit } from "@evenkeel/git";

import { noCondition } from "../core/describe-condition.ts";
import type { ConditionState } from "../core/describe-condition.ts";
import type { Own } from "../core/anchored.ts";
import { holdWhys } from "../core/decide-tip.ts";
import type { Behind, HoldWhy } from "../core/decide-tip.ts";
import type { Question } from "./remembered.ts";

/** A hold as it is kept beside the tip. */
export interface Hold extends StoredHold {
  readonly why: HoldWhy;
}

const holdOf = (stored: StoredHold | undefined): Hold | undefined => {
  const why = holdWhys.find((known) => known === stored?.why);
  return stored === undefined || why === undefined ? undefined : { ...stored, why };
};

/** The rewrite that a hold is about. */
export const rewriteOf = ({ accepted, candidate, since, rewritten }: Hold): RewrittenRef | undefined =>
  rewritten ?? (candidate === accepted || candidate === "" ? undefined : { to: candidate, at: since });

/** Where the tip of a URL and Git ref stays while another one is declared. */
export const leftOf = (source: string, url: string, gitRef: string) => ({
  source,
  line: createHash("sha256").update(`${url}\0${gitRef}`).digest("hex").slice(0, 32),
});

/** What one source's owner knows of it; all of it can be read again. */
export interface SourceMemory {
  behind: Behind | undefined;
  hold: Hold | undefined;
  condition: ConditionState;
  /** The condition that was told last. */
  published: SourceCondition | undefined;
  /** Tree whose objects are all known to be stored. */
  storedTree: string | undefined;
  /** Bytes of everything in the stored tree, or somewhat more; undefined: not counted yet. */
  wholeBytes: number | undefined;
  /** For which needs the stored tree's objects are there; `needs` undefined: for any. */
  storedFor: { readonly tree: string; readonly needs: string | undefined } | undefined;
  /** The last refusal for want of space. */
  refused:
    | { readonly asked: string; readonly atMs: number; readonly maxBytes: number; readonly error: Error }
    | undefined;
  /** Seq of the tip whose CommitObserved is known to be on the bus. */
  publishedSeq: bigint;
  checkedAt: Date | undefined;
  /** What was last read of the remote's tip: the store has it, and nothing has to be started to know it. */
  read: { readonly object: string; readonly commit: Commit } | undefined;
  /** Monotonic ms at which a damaged store was begun again. */
  renewedAtMs: number | undefined;
  /** Descent of the stored tip at the last look; undefined: none was stored. */
  own: Own | undefined;
  /** What clusters were asked since no tip of it was found, by cluster. */
  readonly questions: Map<string, Question>;
  /** Clusters to ask before a tip is gone on from; undefined: all that it has units on. */
  toAsk: readonly string[] | undefined;
  /** What clusters were given and the stored tip goes on from. */
  readonly behindTip: Set<string>;
  /** Nothing is numbered before clusters have said what they were given. */
  waits: boolean;
  waitsSince: Date | undefined;
}

/** Reads what an earlier owner left. */
export const loadMemory = async (bus: Bus, source: string, signal: AbortSignal): Promise<SourceMemory> => {
  const [held, published] = await Promise.all([
    bus.state(buckets.hold).get({ source }, signal),
    bus.readLast(flows.sourceCondition, { source }, signal),
  ]);
  const { hold, error, errorSince, declarationErrors, declarationErrorCount } = published?.fact ?? noCondition;
  return {
    behind: undefined,
    hold: holdOf(held?.value),
    condition: { hold, error, errorSince, declarationErrors, declarationErrorCount },
    published: published?.fact,
    storedTree: undefined,
    wholeBytes: undefined,
    storedFor: undefined,
    refused: undefined,
    publishedSeq: 0n,
    checkedAt: undefined,
    read: undefined,
    renewedAtMs: undefined,
    own: undefined,
    questions: new Map(),
    toAsk: undefined,
    behindTip: new Set(),
    waits: false,
    waitsSince: undefined,
  };
};

export type TipEntry = StateEntry<Tip, { readonly source: string }>;
