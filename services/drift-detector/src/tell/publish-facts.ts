import type { Bus } from "@evenkeel/bus";
import { DriftPolicy, flows } from "@evenkeel/contracts";
import { driftTrace, rootOf } from "@evenkeel/telemetry";
import type { Telemetry } from "@evenkeel/telemetry";

import type { DetectorDeps } from "../deps.ts";

const TRACE_ID = /^[0-9a-f]{32}$/;

/** Publishes the detector's facts: drift under a trace of its own, linked to the apply; health within the unit's trace. */
export const factPublisher = (bus: Bus, telemetry: Telemetry, signal: AbortSignal): DetectorDeps["publish"] => ({
  drift: async (fact) => {
    const { cluster = "", app = "" } = fact.unit ?? {};
    const root = driftTrace(cluster, app, fact.cause);
    const name = fact.policy === DriftPolicy.CORRECT ? "CORRECT" : "REPORT";
    const links = TRACE_ID.test(fact.applyTraceId) ? [rootOf(fact.applyTraceId)] : [];
    await telemetry.span(name, { parent: null, identity: root, links }, async (span) => {
      for (const { ref, fields, managers } of fact.findings) {
        span.event("drift", {
          ref: `${ref?.kind ?? ""}/${ref?.namespace ?? ""}/${ref?.name ?? ""}`,
          field: fields.map(({ path }) => path).join(" "),
          manager: managers.map((manager) => manager.name).join(" "),
        });
      }
      await bus.publish(flows.driftDetected, { ...fact, traceId: root.traceId }, { signal });
    });
  },
  resolved: async (fact, driftCause) => {
    const { cluster = "", app = "" } = fact.unit ?? {};
    const root = driftTrace(cluster, app, driftCause === "" ? fact.cause : driftCause);
    await telemetry.span("resolved", { parent: root }, async () => {
      await bus.publish(flows.driftResolved, { ...fact, traceId: root.traceId }, { signal });
    });
  },
  health: async (fact) => {
    const parent = TRACE_ID.test(fact.traceId) ? rootOf(fact.traceId) : null;
    await telemetry.span("wait", { parent }, async () => {
      await bus.publish(flows.healthChanged, fact, { signal });
    });
  },
});
