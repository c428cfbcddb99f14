import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import type { SpanContext } from "@opentelemetry/api";
import { pino } from "pino";

import { logRecord } from "./log-record.ts";
import type { Logger, LogFields } from "./port.ts";
import { strike } from "./withheld.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** Where lines go: one complete line a call. */
export interface LogSink {
  write(line: string): unknown;
}

export interface LoggerConfig {
  readonly service: string;
  readonly version: string;
  readonly level: LogLevel;
  /** Default: stdout, written at once, so that a crash loses nothing. */
  readonly to?: LogSink;
  /** Default: the machine's. */
  readonly clock?: Pick<Clock, "now">;
}

const traceFields = (context: SpanContext | undefined): Record<string, unknown> =>
  context === undefined
    ? {}
    : { trace_id: context.traceId, span_id: context.spanId, trace_flags: `0${context.traceFlags & 1}` };

// Where nobody takes the lines (a full disk, a closed pipe) they are lost; the service is not.
const standardOutput = () => pino.destination({ fd: 1, sync: true }).on("error", () => undefined);

/** A logger whose lines carry the ids of the span that `current` names. */
export const createLogger = (config: LoggerConfig, current: () => SpanContext | undefined): Logger => {
  const { clock = systemClock } = config;
  const out = pino(
    {
      level: config.level,
      base: { service: config.service, version: config.version },
      timestamp: () => `,"time":"${clock.now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: "msg",
    },
    config.to ?? standardOutput(),
  );
  const at =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: LogFields = {}): void => {
      if (!out.isLevelEnabled(level)) return;
      out[level]({ ...traceFields(current()), ...logRecord(fields, level) }, strike(message));
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
};
