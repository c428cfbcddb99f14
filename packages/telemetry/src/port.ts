import type { Attributes, Meter, SpanContext, SpanKind } from "@opentelemetry/api";

/** Fields of one log record; values are data, the message is constant text. `error` takes whatever was caught. */
export interface LogFields {
  readonly error?: unknown;
  readonly [name: string]: unknown;
}

/** JSON lines on stdout with trace ids; `error` needs a human, `warn` will be retried, `info` is a decision. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** What a running span may be told. */
export interface ActiveSpan {
  readonly context: SpanContext;
  set(attributes: Attributes): void;
  event(name: string, attributes?: Attributes): void;
  link(context: SpanContext): void;
  fail(error: unknown): void;
}

export interface SpanOptions {
  /** Parent; default is the span this code runs in; `null` starts a new trace. */
  readonly parent?: SpanContext | null;
  /** Ids of this span, when they are derived instead of drawn. */
  readonly identity?: { readonly traceId: string; readonly spanId: string };
  readonly kind?: SpanKind;
  readonly links?: readonly SpanContext[];
  readonly attributes?: Attributes;
}

/** A span whose times are known afterwards: the root of a unit's trace, written when the run ends. */
export interface FinishedSpan {
  readonly name: string;
  readonly identity: { readonly traceId: string; readonly spanId: string };
  readonly parent?: SpanContext;
  readonly kind?: SpanKind;
  readonly links?: readonly SpanContext[];
  readonly attributes?: Attributes;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly error?: string;
}

/** Logs, traces and metrics of one service; passed in, never registered globally. Disposing flushes. */
export interface Telemetry extends AsyncDisposable {
  readonly service: string;
  readonly log: Logger;
  readonly meter: Meter;
  /** Runs `run` inside a span; what it throws marks the span and is thrown on. */
  span<T>(name: string, options: SpanOptions, run: (span: ActiveSpan) => Promise<T>): Promise<T>;
  /** Exports a span with given ids and times. */
  record(span: FinishedSpan): void;
  /** The span this code runs in, if any: what the bus puts into message headers. */
  current(): SpanContext | undefined;
}
