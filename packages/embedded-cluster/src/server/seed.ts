import { hash } from "node:crypto";

/** A 32-bit seed that differs for different names. */
export const seedOf = (name: string, seed: number): number =>
  Number.parseInt(hash("sha256", `${seed} ${name}`, "hex").slice(0, 8), 16);
