/** Why nobody can say how an object stands. */
export type Doubt =
  /** The server refused what was asked, or it did not answer. */
  | "refused"
  /** What it is compared with could not be read. */
  | "unread"
  /** It changes faster than it can be read. */
  | "restless"
  /** The server keeps no owners of fields: an event alone can change that. */
  | "unowned";

interface Pause {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The cause may go without an event of the object: a policy is withdrawn, a quota raised, a webhook answers. */
const PAUSES: Readonly<Record<Doubt, Pause | "never">> = {
  refused: { firstMs: 1_000, longestMs: 60_000 },
  unread: { firstMs: 1_000, longestMs: 60_000 },
  restless: { firstMs: 1_000, longestMs: 10_000 },
  unowned: "never",
};

/** Ms until an object that could not be judged `looks` times in a row is looked at again; undefined: by its next event only. */
export const nextLookMs = (doubt: Doubt, looks: number): number | undefined => {
  const pause = PAUSES[doubt];
  return pause === "never" ? undefined : Math.min(pause.longestMs, pause.firstMs * 2 ** Math.min(looks, 16));
};
