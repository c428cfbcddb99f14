/**
 * Signatures that were found good, or made, in this process: several services in one process see the same fact, and most
 * see their own. A pure memory of results: the very bytes under the very signature.
 */
export interface VerifiedMemo {
  has(signature: string, bytes: Uint8Array): boolean;
  add(signature: string, bytes: Uint8Array): void;
}

/** Keeps so many results, the newest; about 500 bytes each. */
export const createVerifiedMemo = (most = 20_000): VerifiedMemo => {
  const good = new Set<string>();
  const keyOf = (signature: string, bytes: Uint8Array): string =>
    `${signature}\n${Buffer.from(bytes).toString("latin1")}`;
  return {
    has: (signature, bytes) => good.has(keyOf(signature, bytes)),
    add(signature, bytes) {
      good.add(keyOf(signature, bytes));
      if (good.size <= most) return;
      for (const oldest of good) {
        good.delete(oldest);
        return;
      }
    },
  };
};
