import { isLiteral, matches } from "../wire/subjects.ts";
import type { MessageLog } from "./message-log.ts";
import type { Purge } from "./stream.ts";

/** Removes what a purge names; returns how many. */
export const purgeLog = (log: MessageLog, { filter, seq }: Purge): number => {
  if (seq === 1) return 0;
  const before = log.count;
  if (filter === "" || filter === ">") {
    log.skipTo(seq === 0 ? log.lastSeq + 1 : seq);
    return before - log.count;
  }
  for (const message of log.all(filter)) if (seq === 0 || message.seq < seq) log.remove(message.seq);
  return before - log.count;
};

/** From where on a consumer sees what is left. */
export interface Purged {
  readonly from: number;
  /** It sees more than what was purged. */
  readonly isWider: boolean;
}

const isWithin = (inner: string, outer: string): boolean =>
  inner === outer || (!isLiteral(outer) && matches(outer, inner) && (!inner.endsWith(">") || outer.endsWith(">")));

/** What a purge of some subjects means for a consumer; undefined: nothing. */
export const purgedFrom = (log: MessageLog, filter: string, seen: string | undefined): Purged | undefined => {
  if (filter === "") return { from: log.firstSeq, isWider: false };
  if (seen !== undefined && isWithin(seen, filter)) {
    return { from: log.next(filter, log.firstSeq)?.seq ?? log.lastSeq + 1, isWider: false };
  }
  return seen === undefined || isWithin(filter, seen) ? { from: log.firstSeq, isWider: true } : undefined;
};
