import { startTelemetry } from "@evenkeel/telemetry";
import { expect, it } from "vitest";

import { startOtlpRecorder } from "./start-otlp-recorder.ts";

it("records the spans that a service exports, with ids, parents, links and attributes", async () => {
  await using recorder = await startOtlpRecorder();
  const before = BigInt(Date.now()) * 1_000_000n;
  const linked = { traceId: "ab".repeat(16), spanId: "cd".repeat(8), traceFlags: 1 };
  {
    await using telemetry = startTelemetry({
      service: "applier",
      version: "0.0.0",
      logLevel: "error",
      otlpEndpoint: recorder.endpoint,
    });
    await telemetry.span("outer", { links: [linked], attributes: { app: "web" } }, () =>
      telemetry.span("inner", {}, () => Promise.resolve()),
    );
  }
  const [inner, outer] = ["inner", "outer"].map((name) => recorder.spans().find((span) => span.name === name));
  expect(inner).toMatchObject({ service: "evenkeel-applier", traceId: outer?.traceId, parentSpanId: outer?.spanId });
  expect(outer).toMatchObject({
    parentSpanId: "",
    attributes: { app: "web" },
    links: [{ traceId: linked.traceId, spanId: linked.spanId }],
  });
  expect(outer?.startNs).toBeGreaterThanOrEqual(before);
  expect(outer?.endNs).toBeLessThanOrEqual(BigInt(Date.now() + 1) * 1_000_000n);
});
