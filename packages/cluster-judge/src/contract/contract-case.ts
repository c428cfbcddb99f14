import type { Bench } from "./bench.ts";

/** One sentence of the contract, and how it is tried: `run` throws when it does not hold. */
export interface ContractCase {
  /** `A07`: the letter is the area. */
  readonly id: string;
  readonly title: string;
  readonly run: (bench: Bench) => Promise<void>;
  /** Exchanges that two servers may answer differently, so they are no part of the transcripts. */
  readonly transcribed?: false;
  /** Only where a server asks for credentials. */
  readonly needsCredentials?: true;
  /** Mostly waits for the server, and sees its own objects alone: such cases wait together. */
  readonly waits?: true;
  /** Forgets versions for all: such cases run after the others. */
  readonly expires?: true;
}
