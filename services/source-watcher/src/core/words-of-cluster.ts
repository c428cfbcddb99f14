import type { AnchorsRead, LineageStatement } from "@evenkeel/contracts";

/** What an applier read of one cluster, in parts. */
interface Word {
  readonly cause: string;
  /** The newest question that its applier knew before it read. */
  readonly asked: string;
  readonly parts: ReadonlyMap<number, AnchorsRead>;
}

/** What appliers told of one cluster; two of them may speak at once, and one of them late. */
export interface WordsOfCluster {
  /** The last whole word of those that answer the newest question. */
  readonly whole: Word | undefined;
  /** A whole word that came after it and answers less. */
  readonly late: Word | undefined;
  /** Why the cluster could not be read. */
  readonly unread: AnchorsRead | undefined;
  /** Words of which parts are missing, the newest last. */
  readonly begun: readonly Word[];
}

export const noWords: WordsOfCluster = { whole: undefined, late: undefined, unread: undefined, begun: [] };

/** Place of a question among all; 0 for one that is not known. */
export type PlaceOf = (question: string) => number;

/** Words whose other parts may still come. */
const MOST_BEGUN = 8;

/**
 * Adds one part to what was told. A word counts once all its parts are there, each of its own reading; it takes the place
 * of another whole one only if it answers as much: what was read before a question is no answer to it, however late it comes.
 */
export const takeWord = (words: WordsOfCluster, fact: AnchorsRead, placeOf: PlaceOf): WordsOfCluster => {
  const place = placeOf(fact.asked);
  if (fact.unread !== undefined) return place < placeOf(words.unread?.asked ?? "") ? words : { ...words, unread: fact };
  const { asked, cause } = fact;
  if (words.whole?.cause === cause) return { ...words, late: undefined };
  const others = words.begun.filter((word) => word.cause !== cause);
  const before = words.begun.find((word) => word.cause === cause);
  const word = { cause, asked, parts: new Map(before?.parts).set(fact.part, fact) };
  if (word.parts.size < fact.parts) return { ...words, begun: [...others, word].slice(-MOST_BEGUN) };
  if (words.whole !== undefined && place < placeOf(words.whole.asked)) return { ...words, late: word, begun: others };
  const unread = placeOf(words.unread?.asked ?? "") > place ? words.unread : undefined;
  return { whole: word, late: undefined, unread, begun: others.filter((each) => placeOf(each.asked) >= place) };
};

/** Whether a part completes its word, so that all it says may be believed. */
export const isComplete = (words: WordsOfCluster, { cause }: AnchorsRead): boolean =>
  [words.whole, words.late].some((word) => word?.cause === cause);

/** How a question at this place was answered: by a whole word, by why there is none, or not yet. */
export const answerTo = (words: WordsOfCluster, place: number, placeOf: PlaceOf): "whole" | "unread" | "none" => {
  if (words.whole !== undefined && placeOf(words.whole.asked) >= place) return "whole";
  return words.unread !== undefined && placeOf(words.unread.asked) >= place ? "unread" : "none";
};

/** What the cluster was given: by parts of words only where no word is whole. */
export const statementsOf = ({ begun, late, whole }: WordsOfCluster): readonly LineageStatement[] =>
  (whole === undefined ? begun : [whole, ...(late === undefined ? [] : [late])]).flatMap(({ parts }) =>
    [...parts.values()].flatMap(({ lineages }) => lineages),
  );
