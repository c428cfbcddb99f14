import type { Clock } from "@evenkeel/machine";
import { attribute, parseTraceparent, SpanKind } from "@evenkeel/telemetry";
import type { ActiveSpan, Logger, Telemetry } from "@evenkeel/telemetry";
import { ServerError, Status } from "nice-grpc";
import type { CallContext, ServerMiddleware, ServerMiddlewareCall } from "nice-grpc";

// Whatever a client asks for, a single answer takes no longer.
const MOST_MS = 30_000;

const statusOf = (error: unknown, context: CallContext): Status => {
  if (error instanceof ServerError) return error.code;
  return context.signal.aborted ? Status.CANCELLED : Status.INTERNAL;
};

/** One call to its end: the span gets its status; the text of what nobody expected stays in the log, found by trace id. */
async function* guarded<Request, Response>(
  call: ServerMiddlewareCall<Request, Response>,
  context: CallContext,
  span: ActiveSpan,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): AsyncGenerator<Response, Response | void, undefined> {
  const late = new AbortController();
  using _deadline = call.responseStream ? undefined : clock.after(MOST_MS, () => late.abort());
  const signal = call.responseStream ? context.signal : AbortSignal.any([context.signal, late.signal]);
  try {
    const response = yield* call.next(call.request, { ...context, signal });
    span.set({ [attribute.rpcStatusCode]: "OK" });
    return response;
  } catch (error) {
    const status = late.signal.aborted ? Status.DEADLINE_EXCEEDED : statusOf(error, context);
    span.set({ [attribute.rpcStatusCode]: Status[status] });
    if (error instanceof ServerError) throw error;
    if (context.signal.aborted) throw new ServerError(status, "the call was given up");
    span.fail(error);
    const { spanId: span_id, traceId: trace_id } = span.context;
    log.error("call failed", { method: call.method.path, error, trace_id, span_id });
    throw new ServerError(status, `internal error; trace ${trace_id}`);
  }
}

/** A SERVER span a call, with the caller's context as parent; streams are spans as long as they last. */
export const guardCalls = (telemetry: Telemetry, clock: Clock): ServerMiddleware =>
  async function* guard<Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    const parent = parseTraceparent(context.metadata.get("traceparent"), context.metadata.get("tracestate"));
    // The span must outlive the generator's suspensions: it ends when this generator does.
    const ended = Promise.withResolvers<void>();
    const started = Promise.withResolvers<ActiveSpan>();
    const path = call.method.path.replace(/^\//, "");
    void telemetry.span(
      path,
      {
        parent: parent ?? null,
        kind: SpanKind.SERVER,
        attributes: { [attribute.rpcSystem]: "grpc", [attribute.rpcMethod]: path },
      },
      (span) => {
        started.resolve(span);
        return ended.promise;
      },
    );
    try {
      return yield* guarded(call, context, await started.promise, { clock, log: telemetry.log });
    } finally {
      ended.resolve();
    }
  };
