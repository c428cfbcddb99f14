export type { ActiveSpan, FinishedSpan, Logger, LogFields, SpanOptions, Telemetry } from "./port.ts";
