import { RandomIdGenerator } from "@opentelemetry/sdk-trace";
import type { IdGenerator } from "@opentelemetry/sdk-trace";

/** Ids of the next span, when they are derived from what the span is about. */
export interface Identity {
  readonly traceId: string;
  readonly spanId: string;
}

/** An IdGenerator that gives out one identity when told to, random ids otherwise. */
export interface DerivedIds extends IdGenerator {
  /** Runs `start`, which starts exactly one span, so that this span gets `identity`. */
  with<T>(identity: Identity | undefined, start: () => T): T;
}

export const createDerivedIds = (): DerivedIds => {
  const random = new RandomIdGenerator();
  let next: Identity | undefined;
  return {
    generateTraceId: () => next?.traceId ?? random.generateTraceId(),
    generateSpanId: () => next?.spanId ?? random.generateSpanId(),
    with(identity, start) {
      next = identity;
      try {
        return start();
      } finally {
        next = undefined;
      }
    },
  };
};
