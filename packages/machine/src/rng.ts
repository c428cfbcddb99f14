import { randomBytes, randomInt } from "node:crypto";

/** Chance as a process reaches it. */
export interface Rng {
  /** 0 up to, not including, 1: to spread what many would do at once. */
  chance(): number;
  bytes(count: number): Uint8Array;
}

export const systemRng: Rng = {
  chance: () => randomInt(1_000_000) / 1_000_000,
  bytes: (count) => randomBytes(count),
};

/** A name that nothing else has: 72 bits of letters and digits that fit a subject, a key and a file. */
export const randomName = (rng: Rng): string => Buffer.from(rng.bytes(9)).toString("base64url");
