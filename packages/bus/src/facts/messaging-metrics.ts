import type { Meter } from "@opentelemetry/api";
import { metricTable } from "@evenkeel/telemetry";

/** Instruments of OpenTelemetry's messaging conventions, and our count of redeliveries. Labels are templates, never subjects. */
export interface MessagingMetrics {
  sent(template: string, errorType?: string): void;
  consumed(template: string, consumer: string, attempt: number): void;
  processed(template: string, consumer: string, seconds: number, outcome: string): void;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export const createMessagingMetrics = (meter: Meter): MessagingMetrics => {
  const sent = meter.createCounter("messaging.client.sent.messages", { description: "Messages sent." });
  const consumed = meter.createCounter("messaging.client.consumed.messages", { description: "Messages delivered." });
  const processed = meter.createHistogram("messaging.process.duration", {
    description: "Time of handlers.",
    unit: "s",
    advice: { explicitBucketBoundaries: seconds },
  });
  const { name, help } = metricTable.busRedeliveries;
  const redeliveries = meter.createCounter(name, { description: help });
  const system = { "messaging.system": "nats" };
  return {
    sent: (template, errorType) =>
      sent.add(1, {
        ...system,
        "messaging.operation.name": "publish",
        "messaging.destination.template": template,
        ...(errorType === undefined ? {} : { "error.type": errorType }),
      }),
    consumed(template, consumer, attempt) {
      consumed.add(1, {
        ...system,
        "messaging.operation.name": "process",
        "messaging.destination.template": template,
      });
      if (attempt > 1) redeliveries.add(1, { consumer });
    },
    processed: (template, consumer, took, outcome) =>
      processed.record(took, {
        ...system,
        "messaging.operation.name": "process",
        "messaging.destination.template": template,
        "messaging.consumer.group.name": consumer.replace(/-\d+$/, ""),
        "evenkeel.bus.outcome": outcome,
      }),
  };
};
