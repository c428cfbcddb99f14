import type { LineageStatement } from "@evenkeel/contracts";
import { sha256Hex } from "@evenkeel/resource";

/** What a cluster was last given of a source. */
export type Anchored = Omit<LineageStatement, "signature">;

/** The descent of the accepted tip, as far as this bus remembers one. */
export type Own = Pick<Anchored, "lineage" | "follows" | "seq">;

/** Lineages that a statement may name; more are forgotten, and proved again where a cluster still names one. */
const MOST_FOLLOWED = 16;

const newestOf = (anchored: readonly Anchored[]): readonly Anchored[] => {
  const newest = new Map<string, Anchored>();
  for (const each of anchored) {
    if (each.seq > (newest.get(each.lineage)?.seq ?? -1n)) newest.set(each.lineage, each);
  }
  return [...newest.values()];
};

/**
 * What clusters were given that this bus does not know of: a tip may be numbered only if it descends from each, or if
 * somebody accepts the rewrite (invariant history.lost-memory). What a cluster says to be replaced by a rewrite that was accepted needs no
 * proof any more. Newest first.
 */
export const unknownTips = (own: Own | undefined, anchored: readonly Anchored[]): readonly Anchored[] => {
  const newest = newestOf(anchored);
  const isReplaced = ({ lineage, seq }: Anchored): boolean =>
    newest.some((other) => other.lineage !== lineage && other.seq > seq && other.follows.includes(lineage));
  const isKnown = ({ lineage, seq }: Anchored): boolean =>
    own !== undefined && (own.follows.includes(lineage) || (own.lineage === lineage && own.seq >= seq));
  return newest
    .filter((each) => !isKnown(each) && !isReplaced(each))
    .toSorted((a, b) => (a.seq > b.seq ? -1 : a.seq < b.seq ? 1 : 0));
};

/**
 * What clusters were given of the stored tip's own lineage before it: it goes on from each, unless its bus did not know of one
 * when it took it. No number tells, for all sources raise the same counter.
 */
export const givenBefore = (own: Own | undefined, anchored: readonly Anchored[]): readonly Anchored[] => {
  const tips = new Map<string, Anchored>();
  for (const each of anchored) if (own?.lineage === each.lineage && own.seq >= each.seq) tips.set(each.tip, each);
  return [...tips.values()];
};

/**
 * Whether a stored tip is older than what was told of its source, or than what a cluster was given of its very lineage: its
 * store was put back to an earlier state, and what came after it is lost.
 */
export const isOutlived = (
  { seq, lineage }: { readonly seq: bigint; readonly lineage?: Pick<Anchored, "lineage"> | undefined },
  told: readonly bigint[],
  given: readonly Anchored[],
): boolean =>
  told.some((each) => each > seq) || given.some((each) => each.lineage === lineage?.lineage && each.seq > seq);

type Descent = Pick<Own, "lineage" | "follows">;

const following = (lineage: string, own: Descent | undefined, proved: readonly Anchored[]): Descent => {
  const all = [own, ...proved].flatMap((each) => (each === undefined ? [] : [each.lineage, ...each.follows]));
  return { lineage, follows: [...new Set(all)].filter((each) => each !== lineage).slice(0, MOST_FOLLOWED) };
};

/** The descent of a tip that was proved to go on from every unknown one: its own lineage, else the newest of those. */
export const continued = (own: Descent | undefined, first: string, proved: readonly Anchored[]): Descent =>
  following(own?.lineage ?? proved[0]?.lineage ?? first, own, proved);

/** A lineage that nobody vouches for: no cluster was given it, not even where the branch stands at an old first tip again. */
export const firstSeen = (commit: string, atMs: number): string => sha256Hex(`${commit} ${atMs}`).slice(0, 40);

/** The descent of a tip by which somebody lets a rewrite in: it begins a lineage. */
export const rewritten = (own: Descent | undefined, first: string, replaced: readonly Anchored[]): Descent =>
  following(first, own, replaced);
