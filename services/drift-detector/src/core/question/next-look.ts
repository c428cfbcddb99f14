import { backOff } from "@evenkeel/async";
import type { Doubling } from "@evenkeel/async";

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

/** The cause may go without an event of the object: a policy is withdrawn, a quota raised, a webhook answers. */
const PAUSES: Readonly<Record<Doubt, Doubling | "never">> = {
  refused: { first: 1_000, most: 60_000 },
  unread: { first: 1_000, most: 60_000 },
  restless: { first: 1_000, most: 10_000 },
  unowned: "never",
};

/** Ms until an object that could not be judged `looks` times in a row is looked at again; undefined: by its next event only. */
export const nextLookMs = (doubt: Doubt, looks: number): number | undefined => {
  const pause = PAUSES[doubt];
  return pause === "never" ? undefined : backOff(pause, looks);
};
