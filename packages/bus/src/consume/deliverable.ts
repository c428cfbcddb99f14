import type { Clock } from "@evenkeel/machine";

/** What can be settled: a JetStream message, or one that waited on our own heap. */
export interface Deliverable {
  ack(): void;
  nak(delayMs?: number): void;
  term(reason?: string): void;
  working(): void;
  /** It waits elsewhere from now on: whoever delivered it forgets it. */
  park(): void;
}

/** Deliveries of one durable that are not settled yet, by stream sequence; the server is told that they are worked on. */
export interface Holding extends Disposable {
  hold(sequence: number, at: Date, delivery: Deliverable): void;
  /** When the oldest of them was published. */
  oldest(): Date | undefined;
  has(sequence: number): boolean;
  readonly size: number;
  /** Settles all deliveries of a sequence: a message may have come twice. */
  settle(sequence: number, how: (delivery: Deliverable) => void): void;
}

export const createHolding = (clock: Clock, ackWaitSeconds: number): Holding => {
  const held = new Map<number, { readonly at: Date; readonly deliveries: Set<Deliverable> }>();
  const heartbeat = clock.every((ackWaitSeconds * 1000) / 4, () => {
    for (const { deliveries } of held.values()) for (const delivery of deliveries) delivery.working();
  });
  return {
    hold(sequence, at, delivery) {
      const entry = held.get(sequence) ?? { at, deliveries: new Set() };
      entry.deliveries.add(delivery);
      held.set(sequence, entry);
    },
    oldest: () => {
      let oldest: Date | undefined;
      for (const { at } of held.values()) if (oldest === undefined || at < oldest) oldest = at;
      return oldest;
    },
    has: (sequence) => held.has(sequence),
    get size() {
      return held.size;
    },
    settle(sequence, how) {
      const deliveries = held.get(sequence)?.deliveries ?? [];
      held.delete(sequence);
      for (const delivery of deliveries) how(delivery);
    },
    [Symbol.dispose]: () => heartbeat[Symbol.dispose](),
  };
};
