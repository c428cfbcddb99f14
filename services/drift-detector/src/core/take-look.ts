import type { Reason } from "@evenkeel/contracts";

/** What one look at the cluster gave: an answer, or why there was none. */
export type Look = { readonly kind: "answered" } | { readonly kind: "silent"; readonly reason: Reason };

/** Whether a cluster answers, as told and as seen since. */
export interface Answers {
  /** The last answer, or when looking began. */
  readonly answeredAt: Date;
  /** Looks without an answer since then. */
  readonly misses: number;
  /** Code of the reason last told, "" for "it answers"; undefined before the first word. */
  readonly published: string | undefined;
  /** Since when what was told is so, and when it was told. */
  readonly since: Date;
  readonly publishedAt: Date;
}

/** A change that is to be told. */
export interface AnswerChange {
  readonly unreachable: Reason | undefined;
  readonly since: Date;
}

/** One lost look happens while an API server is replaced; two in a row mean that nobody knows. */
const MISSES = 2;
/** What was told may be lost with the bus: it is said again so often. */
const AGAIN_MS = 60_000;

/** Before the first look. */
export const noAnswers = (now: Date): Answers => ({
  answeredAt: now,
  misses: 0,
  published: undefined,
  since: now,
  publishedAt: now,
});

/** Takes one look: what is known now, and what of it is news. */
export const takeLook = (
  before: Answers,
  look: Look,
  now: Date,
): { readonly answers: Answers; readonly change: AnswerChange | undefined } => {
  const isAnswer = look.kind === "answered";
  const seen = isAnswer ? { answeredAt: now, misses: 0 } : { answeredAt: before.answeredAt, misses: before.misses + 1 };
  if (!isAnswer && seen.misses < MISSES) return { answers: { ...before, ...seen }, change: undefined };
  const word = isAnswer ? "" : look.reason.code;
  const isNews = word !== before.published;
  if (!isNews && now.getTime() - before.publishedAt.getTime() < AGAIN_MS) {
    return { answers: { ...before, ...seen }, change: undefined };
  }
  const since = !isNews ? before.since : isAnswer ? now : before.answeredAt;
  return {
    answers: { ...seen, published: word, since, publishedAt: now },
    change: { unreachable: isAnswer ? undefined : look.reason, since },
  };
};
