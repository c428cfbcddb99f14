import { equal, match } from "node:assert/strict";

import type { Answer, Bench } from "./bench.ts";

type Run = (bench: Bench) => Promise<unknown>;

/** How a case is run, where that is not as usual. */
interface Ways {
  /** Exchanges that two servers may answer differently, so they are no part of the transcripts. */
  readonly transcribed?: false;
  /** Only where a server asks for credentials. */
  readonly needsCredentials?: true;
  /** Mostly waits for the server, and sees its own objects alone: such cases wait together. */
  readonly waits?: true;
  /** Forgets versions for all: such cases run after the others. */
  readonly expires?: true;
}

/** One sentence of the contract, and how it is tried: `run` throws when it does not hold. */
export interface ContractCase extends Ways {
  /** `A07`: the letter is the area. */
  readonly id: string;
  readonly title: string;
  readonly run: Run;
}

/** Cases by id and sentence: `"A07 what must hold"`. */
type Cases = Readonly<Record<string, Run | (Ways & { readonly run: Run })>>;

export const casesOf = (cases: Cases): readonly ContractCase[] =>
  Object.entries(cases).map(([key, tried]) => ({
    id: key.slice(0, key.indexOf(" ")),
    title: key.slice(key.indexOf(" ") + 1),
    ...(typeof tried === "function" ? { run: tried } : tried),
  }));

/** One case a row of a table. */
export const rowsOf = <Row>(rows: readonly Row[], caseOf: (row: Row, at: number) => readonly [string, Run]): Cases =>
  Object.fromEntries(rows.map(caseOf));

/** Holds an answer to its status and to the class that packages/kube gives it. */
export const refused = async (
  answered: Promise<Answer>,
  status: number,
  errorClass: string,
  message = /(?:)/,
): Promise<Answer> => {
  const answer = await answered;
  equal(answer.status, status, `${answer.status} ${answer.message}`);
  equal(answer.errorClass, errorClass, answer.message);
  match(answer.message, message);
  return answer;
};
