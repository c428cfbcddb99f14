import { isSpanContextValid, TraceFlags } from "@opentelemetry/api";
import type { SpanContext } from "@opentelemetry/api";
import { TraceState } from "@opentelemetry/core";

const TRACEPARENT_FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads W3C `traceparent` (and `tracestate`); undefined for anything malformed, as the recommendation asks. */
export const parseTraceparent = (traceparent: string | undefined, tracestate?: string): SpanContext | undefined => {
  const parts = TRACEPARENT_FORM.exec(traceparent ?? "");
  if (parts === null) return undefined;
  const [, version = "", traceId = "", spanId = "", flags = "", rest] = parts;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(tracestate === undefined || tracestate === "" ? {} : { traceState: new TraceState(tracestate) }),
  };
  return isSpanContextValid(context) ? context : undefined;
};

/** Writes W3C `traceparent`; of the flags only `sampled` is ever set, since derived trace ids are not random. */
export const formatTraceparent = (context: Pick<SpanContext, "traceId" | "spanId" | "traceFlags">): string =>
  `00-${context.traceId}-${context.spanId}-0${context.traceFlags & TraceFlags.SAMPLED}`;
