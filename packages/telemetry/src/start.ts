import type { Clock } from "@evenkeel/machine";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";

import { createLogger } from "./logger.ts";
import type { LogLevel, LogSink } from "./logger.ts";
import { serveMetrics } from "./metrics-server.ts";
import type { Telemetry } from "./port.ts";
import { startTracing } from "./tracing.ts";

export interface TelemetryConfig {
  /** Name of the service, such as `applier`. */
  readonly service: string;
  readonly version: string;
  /** Names this replica among others of its service. */
  readonly instance?: string;
  /** Base URL of an OTLP/HTTP collector, such as `http://127.0.0.1:4318`; without it spans are not recorded. */
  readonly otlpEndpoint?: string;
  /** Port of `/metrics`; without it metrics are not collected. */
  readonly metricsPort?: number;
  /** Address `/metrics` is bound to; default loopback. */
  readonly metricsHost?: string;
  readonly logLevel: LogLevel;
  /** Where log lines go; default stdout. */
  readonly logTo?: LogSink;
  /** By which lines are dated; default the machine's. */
  readonly clock?: Pick<Clock, "now">;
}

/** Starts logs, spans and metrics of one service. Nothing is registered globally; disposing flushes. */
export const startTelemetry = (config: TelemetryConfig): Telemetry => {
  const resource = resourceFromAttributes({
    "service.name": `evenkeel-${config.service}`,
    "service.namespace": "evenkeel",
    "service.version": config.version,
    ...(config.instance === undefined ? {} : { "service.instance.id": config.instance }),
  });
  const processors =
    config.otlpEndpoint === undefined
      ? []
      : [
          new BatchSpanProcessor({
            exporter: new OTLPTraceExporter({
              url: `${config.otlpEndpoint.replace(/\/+$/, "")}/v1/traces`,
              timeoutMillis: 4000,
            }),
            maxQueueSize: 16_384,
            maxExportBatchSize: 1024,
            scheduledDelayMillis: 1000,
            exportTimeoutMillis: 5000,
          }),
        ];
  const tracing = startTracing(resource, processors);
  const log = createLogger(
    {
      service: config.service,
      version: config.version,
      level: config.logLevel,
      ...(config.logTo === undefined ? {} : { to: config.logTo }),
      ...(config.clock === undefined ? {} : { clock: config.clock }),
    },
    tracing.current,
  );
  const server =
    config.metricsPort === undefined
      ? undefined
      : serveMetrics({ host: config.metricsHost ?? "127.0.0.1", port: config.metricsPort }, log);
  const meters = new MeterProvider({ resource, readers: server === undefined ? [] : [server.reader] });
  return {
    service: config.service,
    log,
    meter: meters.getMeter("evenkeel", config.version),
    span: tracing.span,
    record: tracing.record,
    current: tracing.current,
    async [Symbol.asyncDispose]() {
      const results = await Promise.allSettled([tracing.flush(), server?.close() ?? Promise.resolve()]);
      await meters.shutdown().catch(() => undefined);
      for (const result of results) {
        if (result.status === "rejected") log.warn("telemetry was not flushed", { error: result.reason });
      }
    },
  };
};
