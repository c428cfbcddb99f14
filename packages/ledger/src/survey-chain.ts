import type { ReadSegment } from "./segment-file.ts";

/** A segment that verifies by itself, and where it lies. */
export interface FoundSegment extends ReadSegment {
  readonly file: string;
}

/** Something that is not as it is to be, at a file or about a chain as a whole. */
export interface ChainFinding {
  readonly file: string;
  readonly message: string;
}

/** What some segments of one chain come to. */
export interface ChainSurvey {
  readonly first: bigint;
  readonly last: bigint;
  readonly lastHash: string;
  readonly lastAt: Date | undefined;
  /** Newest entry whose file is here as a seal names it, 0 if there is none: only up to it all of the files is proved. */
  readonly sealed: bigint;
  readonly findings: readonly ChainFinding[];
}

const HASH = 64;

const hashAt = (segment: ReadSegment, n: bigint): string | undefined => {
  if (n < segment.first || n > segment.last) return undefined;
  const at = Number(n - segment.first) * HASH;
  return segment.hashes.slice(at, at + HASH);
};

const some = (first: bigint, last: bigint): string =>
  first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;

/** How a segment goes on from what is before it; two may hold the same entries, as an owner that was killed leaves them. */
const judgeLink = (before: FoundSegment | undefined, segment: FoundSegment): string | undefined => {
  const { continues, file, first, last } = segment;
  if (before === undefined) return first === 1n ? undefined : `${some(1n, first - 1n)} missing: ${file} is the first`;
  if (first > before.last + 1n) return `${some(before.last + 1n, first - 1n)} missing before it`;
  if (first === before.last + 1n)
    return continues === before.lastHash
      ? undefined
      : `entry ${first} does not continue entry ${before.last} of ${before.file}`;
  const shared = last < before.last ? last : before.last;
  return hashAt(segment, shared) === hashAt(before, shared)
    ? undefined
    : `entry ${shared} is another one than in ${before.file}`;
};

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What a seal says of what it sealed must hold of what is here; what is missing as a whole was told as a gap. */
const judgeSeals = (segments: readonly FoundSegment[]): readonly ChainFinding[] => {
  const byName = new Map(segments.map((segment) => [baseName(segment.file), segment]));
  return segments.flatMap(({ file, seals }) =>
    seals.flatMap((seal): readonly ChainFinding[] => {
      const holding = segments.find((each) => hashAt(each, seal.lastN) !== undefined);
      if (holding === undefined) return [];
      if (hashAt(holding, seal.lastN) !== seal.lastHash)
        return [
          {
            file: holding.file,
            message: `entry ${seal.lastN} is not the one that was sealed by entry ${seal.n} of ${file}`,
          },
        ];
      if (seal.file === "") return [];
      const named = byName.get(baseName(seal.file));
      if (named === undefined)
        return [{ file, message: `the seal of entry ${seal.n} names ${seal.file}, which is missing` }];
      return named.digest === seal.fileDigest
        ? []
        : [{ file: named.file, message: `its content is not what was sealed by entry ${seal.n} of ${file}` }];
    }),
  );
};

const sealedUpTo = (segments: readonly FoundSegment[]): bigint => {
  const digests = new Map(segments.map(({ digest, file }) => [baseName(file), digest]));
  const held = segments.flatMap(({ seals }) =>
    seals.filter(({ file, fileDigest }) => file !== "" && digests.get(baseName(file)) === fileDigest),
  );
  return held.reduce((most, { lastN }) => (lastN > most ? lastN : most), 0n);
};

/** The chain's name, the hash of its first entry, as far as the segments tell it. */
const nameOf = (segments: readonly FoundSegment[]): string | undefined => {
  const [first] = segments;
  if (first?.first === 1n) return first.hashes.slice(0, HASH);
  return segments.flatMap(({ seals }) => seals.map(({ chain }) => chain)).find((chain) => chain !== "");
};

const byPlace = (a: ReadSegment, b: ReadSegment): number => Number(a.first - b.first) || Number(a.last - b.last);

/**
 * Judges segments that lie together as one chain: from entry 1 on without a gap, each going on from the one before, as the
 * seals among them say. `name` is what their folder calls the chain, empty where it does not. Undefined: there is none.
 */
export const surveyChain = (found: readonly FoundSegment[], name: string): ChainSurvey | undefined => {
  const segments = found.toSorted(byPlace);
  const [first] = segments;
  if (first === undefined) return undefined;
  const findings: ChainFinding[] = [];
  let head: FoundSegment | undefined;
  for (const segment of segments) {
    const message = judgeLink(head, segment);
    if (message !== undefined) findings.push({ file: segment.file, message });
    if (head === undefined || segment.last > head.last) head = segment;
  }
  const own = nameOf(segments);
  if (own !== undefined && !own.startsWith(name))
    findings.push({
      file: first.file,
      message: `it is of chain ${own.slice(0, 16)}, and lies in the folder of ${name}`,
    });
  const { last, lastAt, lastHash } = head ?? first;
  const sealed = sealedUpTo(segments);
  return { first: first.first, last, lastHash, lastAt, sealed, findings: [...findings, ...judgeSeals(segments)] };
};
