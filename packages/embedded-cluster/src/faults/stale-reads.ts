import type { ApiAnswer, PlainAnswer } from "../server/exchange.ts";

/** Answers to reads, kept by their path and query. */
export interface StaleReads {
  keep(path: string, answer: ApiAnswer): void;
  /** The oldest one kept of this path. */
  older(path: string): PlainAnswer | undefined;
}

/** More than any test looks at; a simulation of hours must not keep everything. */
const PATHS = 1_000;
const PER_PATH = 4;

/** `isOn` = some rule will ask for them. */
export const openStaleReads = (isOn: boolean): StaleReads => {
  const kept = new Map<string, PlainAnswer[]>();
  return {
    keep: (path, answer) => {
      if (!isOn || answer.kind === "stream" || answer.status !== 200) return;
      const answers = kept.get(path) ?? [];
      if (answers.at(-1)?.body === answer.body) return;
      kept.set(path, [...answers, answer].slice(-PER_PATH));
      const [first] = kept.keys();
      if (kept.size > PATHS && first !== undefined) kept.delete(first);
    },
    older: (path) => kept.get(path)?.[0],
  };
};
