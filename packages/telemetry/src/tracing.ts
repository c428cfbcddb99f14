import { AsyncLocalStorage } from "node:async_hooks";

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Context, Link, Span, SpanContext } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import { AlwaysOnSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";

import { createDerivedIds } from "./derived-ids.ts";
import type { ActiveSpan, FinishedSpan, SpanOptions, Telemetry } from "./port.ts";
import { strikeValues } from "./strike-values.ts";
import { unrecordedTracing } from "./unrecorded.ts";
import { strike } from "./withheld.ts";

export interface Tracing extends Pick<Telemetry, "span" | "record" | "current"> {
  flush(): Promise<void>;
}

const toLinks = (links: readonly SpanContext[] | undefined): Link[] => (links ?? []).map((context) => ({ context }));

/** A parent of another trace than the derived one would win over the identity: it is left out, and linked by who wants it. */
const parentContext = (parent: SpanContext | undefined, traceId: string | undefined): Context =>
  parent === undefined || (traceId !== undefined && parent.traceId !== traceId)
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, parent);

const fail = (span: Span, error: unknown): void => {
  const name = error instanceof Error ? error.name : typeof error;
  span.setAttribute("error.type", name);
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: strike(error instanceof Error ? error.message : String(error)),
  });
};

const activeSpan = (span: Span): ActiveSpan => ({
  context: span.spanContext(),
  set: (attributes) => void span.setAttributes(strikeValues(attributes)),
  event: (name, attributes) => void span.addEvent(strike(name), strikeValues(attributes)),
  link: (context) => void span.addLink({ context }),
  fail: (error) => fail(span, error),
});

/** Spans of one service; the current span is kept by this instance alone, so services of one process do not mix.
 *  Without processors nothing is recorded, but ids are made and handed on. */
export const startTracing = (resource: Resource, processors: readonly SpanProcessor[]): Tracing => {
  if (processors.length === 0) return unrecordedTracing();
  const ids = createDerivedIds();
  const provider = new TracerProvider({
    resource,
    idGenerator: ids,
    sampler: new AlwaysOnSampler(),
    spanProcessors: [...processors],
  });
  const tracer = provider.getTracer("evenkeel");
  const active = new AsyncLocalStorage<SpanContext>();

  const span = async <T>(name: string, options: SpanOptions, run: (span: ActiveSpan) => Promise<T>): Promise<T> => {
    const parent = options.parent === undefined ? active.getStore() : (options.parent ?? undefined);
    const started = ids.with(options.identity, () =>
      tracer.startSpan(
        strike(name),
        {
          kind: options.kind ?? SpanKind.INTERNAL,
          attributes: strikeValues(options.attributes ?? {}),
          links: toLinks(options.links),
        },
        parentContext(parent, options.identity?.traceId),
      ),
    );
    try {
      return await active.run(started.spanContext(), () => run(activeSpan(started)));
    } catch (error) {
      fail(started, error);
      throw error;
    } finally {
      started.end();
    }
  };

  const record = (finished: FinishedSpan): void => {
    const made = ids.with(finished.identity, () =>
      tracer.startSpan(
        strike(finished.name),
        {
          kind: finished.kind ?? SpanKind.INTERNAL,
          attributes: strikeValues(finished.attributes ?? {}),
          links: toLinks(finished.links),
          startTime: finished.startedAt,
        },
        parentContext(finished.parent, finished.identity.traceId),
      ),
    );
    if (finished.error !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: strike(finished.error) });
    made.end(finished.endedAt);
  };

  return { span, record, current: () => active.getStore(), flush: () => provider.shutdown() };
};
