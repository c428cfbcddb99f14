import type { MessageLog } from "./message-log.ts";
import type { Purged } from "./purge-log.ts";

/** A place in both countings of a consumer. */
export interface Place {
  consumer: number;
  stream: number;
}

/** What a consumer knows, as plain values. */
export interface DeliveryState {
  /** The next stream sequence to look at, and the number of the next delivery. */
  readonly next: Place;
  /** All up to there is settled, also what was passed over. */
  readonly floor: Place;
  /** What the server tells of both, which knows only what was delivered. */
  readonly delivered: Place;
  readonly toldFloor: Place;
  /** By stream sequence: the number of the first delivery, and when the last one was. */
  readonly pending: readonly (readonly [seq: number, delivery: number, at: number])[];
  readonly redelivered: readonly (readonly [seq: number, times: number])[];
}

/** Where deliveries stand that wait to be settled. */
export interface Pending {
  readonly next: Place;
  readonly floor: Place;
  readonly delivered: Place;
  readonly toldFloor: Place;
  readonly waiting: Map<number, { readonly delivery: number; at: number }>;
  readonly redelivered: Map<number, number>;
  /** Sequences to be delivered again, in order. */
  readonly again: number[];
  /** A message was delivered for the n-th time. */
  track(seq: number, delivery: number, times: number, now: number, acks: boolean): void;
  settle(seq: number): boolean;
  /** It was delivered often enough and comes no more; the told floor stays where it is. */
  giveUp(seq: number, times: number): void;
  queueAgain(seq: number): void;
  forgetAgain(seq: number): void;
  reset(from: number): void;
  /** Nothing was delivered of what lies behind a sequence: it is no more. */
  cutAt(last: number): void;
  /** What lay below a place is gone; `isWider`: and some of what lies above it. */
  purge(place: Purged, log: MessageLog): void;
  state(): DeliveryState;
}

export const createPending = (begin: DeliveryState): Pending => {
  const [next, floor] = [{ ...begin.next }, { ...begin.floor }];
  const [delivered, toldFloor] = [{ ...begin.delivered }, { ...begin.toldFloor }];
  const waiting = new Map(begin.pending.map(([seq, delivery, at]) => [seq, { delivery, at }]));
  const redelivered = new Map(begin.redelivered);
  const again: number[] = [];

  /** The floor rises to below the next one that waits, where this was the lowest. */
  const raise = (to: Place, seq: number, delivery: number, upTo: Place): void => {
    if (waiting.size === 0) {
      to.consumer = upTo.consumer;
      to.stream = upTo.stream;
      return;
    }
    if (delivery !== to.consumer + 1) return;
    to.consumer = delivery;
    to.stream = seq;
    if (upTo.consumer <= delivery) return;
    for (let each = seq + 1; each <= upTo.stream; each++) {
      const found = waiting.get(each);
      if (found === undefined) continue;
      to.consumer = found.delivery - 1;
      to.stream = each - 1;
      return;
    }
  };
  const forgetAgain = (seq: number): void => {
    const at = again.indexOf(seq);
    if (at >= 0) again.splice(at, 1);
  };
  return {
    next,
    floor,
    delivered,
    toldFloor,
    waiting,
    redelivered,
    again,
    track(seq, delivery, times, now, acks) {
      if (delivery > delivered.consumer) delivered.consumer = delivery;
      if (seq > delivered.stream) delivered.stream = seq;
      if (!acks) {
        floor.consumer = delivery;
        floor.stream = seq;
        toldFloor.consumer = delivered.consumer;
        toldFloor.stream = delivered.stream;
        return;
      }
      if (times > 1) redelivered.set(seq, Math.max(redelivered.get(seq) ?? 0, times - 1));
      const known = waiting.get(seq);
      if (known === undefined) waiting.set(seq, { delivery, at: now });
      else known.at = now;
    },
    settle(seq) {
      const found = waiting.get(seq);
      waiting.delete(seq);
      redelivered.delete(seq);
      forgetAgain(seq);
      if (found === undefined) return false;
      raise(floor, seq, found.delivery, { consumer: next.consumer - 1, stream: next.stream - 1 });
      if (found.delivery > toldFloor.consumer) raise(toldFloor, seq, found.delivery, delivered);
      return true;
    },
    giveUp(seq, times) {
      const found = waiting.get(seq);
      waiting.delete(seq);
      redelivered.set(seq, times);
      forgetAgain(seq);
      if (found !== undefined)
        raise(floor, seq, found.delivery, { consumer: next.consumer - 1, stream: next.stream - 1 });
    },
    queueAgain: (seq) => {
      if (!again.includes(seq)) again.push(seq);
    },
    forgetAgain,
    reset(from) {
      waiting.clear();
      redelivered.clear();
      again.length = 0;
      Object.assign(next, { consumer: 1, stream: from });
      for (const place of [floor, delivered, toldFloor]) Object.assign(place, { consumer: 0, stream: from - 1 });
    },
    cutAt(last) {
      for (const seq of waiting.keys()) if (seq > last) waiting.delete(seq);
      for (const seq of redelivered.keys()) if (seq > last) redelivered.delete(seq);
      again.length = 0;
      next.stream = Math.min(next.stream, last + 1);
      for (const place of [floor, delivered, toldFloor]) place.stream = Math.min(place.stream, last);
    },
    purge({ from, isWider }, log) {
      next.stream = Math.max(next.stream, from);
      if (floor.stream < from) {
        floor.stream = from - 1;
        for (const [seq, { delivery }] of waiting) {
          if (seq > floor.stream && !(isWider && log.get(seq) === undefined)) continue;
          floor.consumer = Math.max(floor.consumer, delivery);
          waiting.delete(seq);
          redelivered.delete(seq);
          if (delivery > toldFloor.consumer) raise(toldFloor, seq, delivery, delivered);
        }
      }
      if (waiting.size === 0) {
        redelivered.clear();
        Object.assign(floor, { consumer: next.consumer - 1, stream: next.stream - 1 });
      }
      again.length = 0;
      // What is told never goes back, and nothing waits outside of it.
      const upTo = { consumer: next.consumer - 1, stream: next.stream - 1 };
      const isOld = upTo.consumer < delivered.consumer || floor.stream < toldFloor.stream;
      const isOdd = [...waiting.keys()].some((seq) => seq <= floor.stream || seq > upTo.stream);
      if (isOld || isOdd || floor.consumer > upTo.consumer || floor.stream > upTo.stream) return;
      Object.assign(delivered, upTo);
      Object.assign(toldFloor, floor);
    },
    state: () => ({
      next: { ...next },
      floor: { ...floor },
      delivered: { ...delivered },
      toldFloor: { ...toldFloor },
      pending: [...waiting].map(([seq, { delivery, at }]) => [seq, delivery, at] as const),
      redelivered: [...redelivered],
    }),
  };
};
