import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import { createNoopMeter } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

import { createLogger } from "./logger.ts";
import type { Telemetry } from "./port.ts";
import { startTracing } from "./tracing.ts";

/** Telemetry that keeps what it is told. */
export interface RecordingTelemetry extends Telemetry {
  /** Spans that have ended, in order of their end. */
  readonly spans: readonly ReadableSpan[];
  /** Log lines, parsed. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
}

/** For tests and simulations: real spans and log lines, kept in memory. */
export const recordingTelemetry = (service = "test", clock: Pick<Clock, "now"> = systemClock): RecordingTelemetry => {
  const exporter = new InMemorySpanExporter();
  const tracing = startTracing(resourceFromAttributes({ "service.name": `evenkeel-${service}` }), [
    new SimpleSpanProcessor({ exporter }),
  ]);
  const logs: Record<string, unknown>[] = [];
  const to = { write: (line: string): unknown => logs.push(JSON.parse(line) as Record<string, unknown>) };
  return {
    service,
    logs,
    log: createLogger({ service, version: "0", level: "debug", to, clock }, tracing.current),
    meter: createNoopMeter(),
    span: tracing.span,
    record: tracing.record,
    current: tracing.current,
    get spans() {
      return exporter.getFinishedSpans();
    },
    async [Symbol.asyncDispose]() {},
  };
};

/** For tests and tools: spans run and hand their ids on, nothing is written. */
export const silentTelemetry = (service = "test"): Telemetry => {
  const tracing = startTracing(resourceFromAttributes({}), []);
  const quiet = (): void => undefined;
  return {
    service,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    meter: createNoopMeter(),
    span: tracing.span,
    record: tracing.record,
    current: tracing.current,
    async [Symbol.asyncDispose]() {},
  };
};
