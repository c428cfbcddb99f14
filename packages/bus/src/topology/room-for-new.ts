/** What a store holds, and how many messages each of its subjects may have. */
export interface StoreState {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly messages: number;
  readonly subjects: number;
  readonly perSubject: number;
}

/**
 * The rest is for what is known. A full server takes a newer message of a known subject only if it is no larger than what
 * it replaces, and where a subject keeps several none before it has them all.
 */
const NEW_BELOW = 0.9;

/**
 * Bytes that new subjects may still take in their first message: as many as leave room for each subject, old and new, to
 * have all its messages. Infinite without a limit.
 */
export const roomForNew = ({ bytes, maxBytes, messages, perSubject, subjects }: StoreState): number => {
  if (maxBytes <= 0) return Number.POSITIVE_INFINITY;
  const grown = messages === 0 ? 0 : Math.max(bytes, (subjects * perSubject * bytes) / messages);
  return Math.max(0, (maxBytes * NEW_BELOW - grown) / perSubject);
};
