import { createHash } from "node:crypto";

import { encodeToken, flows, SourceCondition, Tip } from "@evenkeel/contracts";
import type { Bucket, BucketEntry, Bus, Codec } from "@evenkeel/bus";
import type { Commit } from "@evenkeel/git";

import { noCondition } from "./core/describe-condition.ts";
import type { ConditionState } from "./core/describe-condition.ts";
import type { Own } from "./core/judge-anchored.ts";
import type { Behind, HoldWhy } from "./core/judge-tip.ts";
import type { Question } from "./remembered.ts";

/** A hold as it is kept beside the tip: it outlives the process, for some holds do not end by themselves. */
export interface StoredHold {
  readonly why: HoldWhy;
  readonly url: string;
  readonly gitRef: string;
  readonly accepted: string;
  readonly candidate: string;
  /** RFC 3339. */
  readonly since: string;
  /** What the ref was rewritten to and when, where it goes on from the accepted tip again. */
  readonly rewritten?: Rewritten | undefined;
}

export interface Rewritten {
  readonly to: string;
  /** RFC 3339. */
  readonly at: string;
}

/** The rewrite that a hold is about. */
export const rewriteOf = ({ accepted, candidate, since, rewritten }: StoredHold): Rewritten | undefined =>
  rewritten ?? (candidate === accepted || candidate === "" ? undefined : { to: candidate, at: since });

const jsonCodec = <T>(): Codec<T> => ({
  encode: (value) => ({ finish: () => new TextEncoder().encode(JSON.stringify(value)) }),
  decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as T,
});

/** The bucket `tips` as this service writes it. */
export interface Tips {
  readonly tips: Bucket<Tip>;
  readonly holds: Bucket<StoredHold>;
  /** Overrides that were used up: the revision that the tip had when it was. */
  readonly used: Bucket<{ readonly tipRevision: number }>;
}

export const tipKey = (source: string): string => `src.${encodeToken(source)}`;
/** Where the tip of a URL and Git ref stays while another one is declared: coming back, its history is guarded as before. */
export const leftKey = (source: string, url: string, gitRef: string): string =>
  `left.${encodeToken(source)}.${createHash("sha256").update(`${url}\0${gitRef}`).digest("hex").slice(0, 32)}`;
export const holdKey = (source: string): string => `hold.${encodeToken(source)}`;
export const usedKey = (override: string, from: string, to: string): string =>
  `used.${encodeToken(override)}.${from}.${to}`;

export const openTips = (bus: Bus): Tips => ({
  tips: bus.bucket("tips", Tip),
  holds: bus.bucket("tips", jsonCodec<StoredHold>()),
  used: bus.bucket("tips", jsonCodec<{ readonly tipRevision: number }>()),
});

/** What one source's owner knows of it; all of it can be read again. */
export interface SourceMemory {
  behind: Behind | undefined;
  hold: StoredHold | undefined;
  condition: ConditionState;
  /** The condition that was told last. */
  told: SourceCondition | undefined;
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
  const [held, told] = await Promise.all([
    openTips(bus).holds.get(holdKey(source), signal),
    bus.readLast(flows.sourceCondition, { source }, signal),
  ]);
  const { hold, error, errorSince, declarationErrors, declarationErrorCount } = told?.fact ?? noCondition;
  return {
    behind: undefined,
    hold: held?.value,
    condition: { hold, error, errorSince, declarationErrors, declarationErrorCount },
    told: told?.fact,
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

export type TipEntry = BucketEntry<Tip>;
