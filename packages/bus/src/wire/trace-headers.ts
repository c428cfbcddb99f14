import { createTraceState, isSpanContextValid, type SpanContext } from "@opentelemetry/api";

/** W3C trace context of a span. */
export const traceparentOf = (context: SpanContext): string =>
  `00-${context.traceId}-${context.spanId}-${(context.traceFlags & 0xff).toString(16).padStart(2, "0")}`;

/** The span context in W3C headers; undefined if there is none or it is malformed. */
export const spanContextOf = (traceparent: string, tracestate: string): SpanContext | undefined => {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(traceparent);
  if (match === null || traceparent.startsWith("ff")) return undefined;
  const context: SpanContext = {
    traceId: match[1] ?? "",
    spanId: match[2] ?? "",
    traceFlags: Number.parseInt(match[3] ?? "0", 16),
    isRemote: true,
    ...(tracestate === "" ? {} : { traceState: createTraceState(tracestate) }),
  };
  return isSpanContextValid(context) ? context : undefined;
};
