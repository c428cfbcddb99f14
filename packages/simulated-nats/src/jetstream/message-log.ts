import { filterOf, isLiteral } from "../wire/subjects.ts";
import { sizeOf, type StoredMessage } from "./stored-message.ts";

export interface LogState {
  readonly messages: readonly StoredMessage[];
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastTs: number;
}

/** The messages of a stream by sequence and by subject; what limits them is decided elsewhere. */
export interface MessageLog {
  readonly count: number;
  readonly bytes: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastTs: number;
  readonly subjects: number;
  get(seq: number): StoredMessage | undefined;
  first(): StoredMessage | undefined;
  lastOf(filter: string): StoredMessage | undefined;
  /** The first at or above a sequence that lies in the filter. */
  next(filter: string | undefined, from: number): StoredMessage | undefined;
  /** All of them in order. */
  all(filter?: string, from?: number): Generator<StoredMessage>;
  countOf(subject: string): number;
  firstOf(subject: string): StoredMessage | undefined;
  totals(filter: string): Readonly<Record<string, number>>;
  append(message: StoredMessage): void;
  remove(seq: number): StoredMessage | undefined;
  /** A message comes back to the place it had. */
  putBack(message: StoredMessage): void;
  /** Nothing below lies there any more. */
  skipTo(seq: number): void;
  /** As if the last ones had never been written. */
  cutAt(lastSeq: number): void;
  state(): LogState;
}

export const createLog = (begin: LogState): MessageLog => {
  let slots: (StoredMessage | undefined)[] = [];
  let base = begin.firstSeq; // the sequence of slot 0
  let { firstSeq, lastSeq, lastTs } = begin;
  let count = 0;
  let bytes = 0;
  const bySubject = new Map<string, number[]>();

  const put = (message: StoredMessage): void => {
    if (slots.length === 0) base = message.seq;
    while (base + slots.length < message.seq) slots.push(undefined);
    slots.push(message);
    count++;
    bytes += sizeOf(message.subject, message.header, message.body);
    const known = bySubject.get(message.subject);
    if (known === undefined) bySubject.set(message.subject, [message.seq]);
    else known.push(message.seq);
  };
  for (const message of begin.messages) put(message);

  const get = (seq: number): StoredMessage | undefined => slots[seq - base];
  const moveFirst = (): void => {
    if (count === 0) {
      firstSeq = lastSeq + 1;
      slots = [];
      return;
    }
    let seq = Math.max(firstSeq, base);
    while (slots[seq - base] === undefined) seq++;
    firstSeq = seq;
    const empty = firstSeq - base;
    if (empty <= 1024 || empty * 2 < slots.length) return;
    slots = slots.slice(empty);
    base = firstSeq;
  };
  const log: MessageLog = {
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
    get firstSeq() {
      return firstSeq;
    },
    get lastSeq() {
      return lastSeq;
    },
    get lastTs() {
      return lastTs;
    },
    get subjects() {
      return bySubject.size;
    },
    get,
    first: () => (count === 0 ? undefined : get(firstSeq)),
    lastOf(filter) {
      if (isLiteral(filter)) {
        const seq = bySubject.get(filter)?.at(-1);
        return seq === undefined ? undefined : get(seq);
      }
      const fits = filterOf(filter);
      for (let seq = lastSeq; seq >= firstSeq; seq--) {
        const message = get(seq);
        if (message !== undefined && fits(message.subject)) return message;
      }
      return undefined;
    },
    next(filter, from) {
      if (filter !== undefined && isLiteral(filter)) {
        const seq = bySubject.get(filter)?.find((each) => each >= from);
        return seq === undefined ? undefined : get(seq);
      }
      return log.all(filter, from).next().value as StoredMessage | undefined;
    },
    *all(filter, from = 0) {
      const fits = filterOf(filter);
      for (let seq = Math.max(from, firstSeq); seq <= lastSeq; seq++) {
        const message = get(seq);
        if (message !== undefined && fits(message.subject)) yield message;
      }
    },
    countOf: (subject) => bySubject.get(subject)?.length ?? 0,
    firstOf: (subject) => get(bySubject.get(subject)?.[0] ?? -1),
    totals(filter) {
      const fits = filterOf(filter);
      const found: Record<string, number> = {};
      for (const [subject, seqs] of bySubject) if (fits(subject)) found[subject] = seqs.length;
      return found;
    },
    append(message) {
      if (count === 0) firstSeq = message.seq;
      put(message);
      lastSeq = message.seq;
      lastTs = message.ts;
    },
    remove(seq) {
      const message = get(seq);
      if (message === undefined) return undefined;
      slots[seq - base] = undefined;
      count--;
      bytes -= sizeOf(message.subject, message.header, message.body);
      const seqs = bySubject.get(message.subject) ?? [];
      if (seqs.length <= 1) bySubject.delete(message.subject);
      else seqs.splice(seqs.indexOf(seq), 1);
      if (seq === firstSeq || count === 0) moveFirst();
      return message;
    },
    putBack(message) {
      const all = [...log.all()].concat(message).toSorted((a, b) => a.seq - b.seq);
      slots = [];
      bySubject.clear();
      count = 0;
      bytes = 0;
      firstSeq = all[0]?.seq ?? message.seq;
      for (const each of all) put(each);
      while (base + slots.length <= lastSeq) slots.push(undefined);
    },
    skipTo(seq) {
      for (let each = firstSeq; each < seq && count > 0; each = firstSeq) log.remove(each);
      if (count === 0 && seq > lastSeq) {
        lastSeq = seq - 1;
        firstSeq = seq;
      }
    },
    cutAt(last) {
      for (let seq = lastSeq; seq > last; seq--) log.remove(seq);
      lastSeq = Math.min(lastSeq, last);
      if (count === 0) firstSeq = lastSeq + 1;
      else {
        slots.length = lastSeq - base + 1;
        lastTs = log.lastOf(">")?.ts ?? 0;
      }
    },
    state: () => ({ messages: slots.filter((slot) => slot !== undefined), firstSeq, lastSeq, lastTs }),
  };
  return log;
};
