import { randomInt } from "node:crypto";

/** So many inputs each target is fed in `npm test`, half by seeds that stay and half by new ones. */
export const INPUTS = 50_000;
/** No input may take longer than this. */
export const MOST_MS = 1_000;

export interface Budget {
  /** Of the target as it is; undefined: its own number. */
  readonly inputs: number | undefined;
  /** Of the new half; printed, and taken again from EVENKEEL_SEED. */
  readonly seed: number;
  /** Told to whoever waits. */
  readonly progress: boolean;
}

const wholeNumber = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name}=${text}: give a whole number above 0`);
  return value;
};

export const budgetOf = (env: Readonly<Record<string, string | undefined>>): Budget => ({
  inputs: wholeNumber("EVENKEEL_FUZZ_INPUTS", env["EVENKEEL_FUZZ_INPUTS"]),
  seed: (wholeNumber("EVENKEEL_SEED", env["EVENKEEL_SEED"]) ?? randomInt(1, 2 ** 31)) | 0,
  progress: env["EVENKEEL_FUZZ_PROGRESS"] === "1",
});

/** The seed that stays: a target's name as a number, FNV-1a. */
export const keptSeed = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash | 0;
};
