import { AsyncLocalStorage } from "node:async_hooks";

import { isSpanContextValid, TraceFlags } from "@opentelemetry/api";
import type { SpanContext } from "@opentelemetry/api";
import { RandomIdGenerator } from "@opentelemetry/sdk-trace";

import type { ActiveSpan, SpanOptions } from "./port.ts";
import type { Tracing } from "./tracing.ts";

const nothing = (): void => undefined;

/**
 * Spans where nobody collects them: ids are made and handed on as a tracer does whose sampler is off, and nothing else
 * is. The SDK spends a twentieth of a service's time on cleaning attributes that it then drops.
 */
export const unrecordedTracing = (): Tracing => {
  const random = new RandomIdGenerator();
  const active = new AsyncLocalStorage<SpanContext>();
  const contextOf = ({ parent: given, identity }: SpanOptions): SpanContext => {
    const parent = given === undefined ? active.getStore() : (given ?? undefined);
    // As with spans that are recorded, a parent of another trace than the derived one is left out.
    const isParent =
      parent !== undefined &&
      (identity === undefined || parent.traceId === identity.traceId) &&
      (given === undefined || isSpanContextValid(parent));
    return {
      traceId: isParent ? parent.traceId : (identity?.traceId ?? random.generateTraceId()),
      spanId: identity?.spanId ?? random.generateSpanId(),
      traceFlags: TraceFlags.NONE,
      ...(isParent && parent.traceState !== undefined ? { traceState: parent.traceState } : {}),
    };
  };
  const span = <T>(_name: string, options: SpanOptions, run: (span: ActiveSpan) => Promise<T>): Promise<T> => {
    const context = contextOf(options);
    return active.run(context, run, { context, set: nothing, event: nothing, link: nothing, fail: nothing });
  };
  return { span, record: nothing, current: () => active.getStore(), flush: async () => undefined };
};
