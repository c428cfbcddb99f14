import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";

import { recordingTelemetry, silentTelemetry } from "./recording.ts";
import { rootOf, sourceTrace } from "./trace-ids.ts";

const root = sourceTrace("u", "refs/heads/main", "c");

describe("span", () => {
  it("is a child of the span it runs in, across awaits", async () => {
    const telemetry = recordingTelemetry();
    await telemetry.span("outer", {}, async () => {
      await Promise.resolve();
      await telemetry.span("inner", { kind: SpanKind.CLIENT }, async () => undefined);
    });
    const [inner, outer] = telemetry.spans;
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(inner?.spanContext().traceId).toBe(outer?.spanContext().traceId);
    expect(telemetry.current()).toBeUndefined();
  });

  it("starts a trace of its own with parent null", async () => {
    const telemetry = recordingTelemetry();
    await telemetry.span("outer", {}, () => telemetry.span("alone", { parent: null }, async () => undefined));
    expect(telemetry.spans[0]?.parentSpanContext).toBeUndefined();
  });

  it("takes a remote parent, a derived identity and links", async () => {
    const telemetry = recordingTelemetry();
    const other = rootOf("1".repeat(32));
    await telemetry.span("outer", {}, async () => {
      await telemetry.span("root", { identity: root, links: [other] }, async () => undefined);
      await telemetry.span("stage", { parent: root }, async () => undefined);
    });
    const [made, stage] = telemetry.spans;
    expect(made?.spanContext()).toMatchObject({ traceId: root.traceId, spanId: root.spanId });
    expect(made?.parentSpanContext).toBeUndefined();
    expect(made?.links[0]?.context.traceId).toBe(other.traceId);
    expect(stage?.parentSpanContext?.spanId).toBe(root.spanId);
    expect(stage?.spanContext().spanId).not.toBe(root.spanId);
  });

  it("marks the span with what was thrown, and throws it on", async () => {
    const telemetry = recordingTelemetry();
    const broken = telemetry.span("work", {}, () => Promise.reject(new RangeError("too far")));
    await expect(broken).rejects.toThrow("too far");
    expect(telemetry.spans[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: "too far" });
    expect(telemetry.spans[0]?.attributes["error.type"]).toBe("RangeError");
  });

  it("puts its ids into log lines, and only while it runs", async () => {
    const telemetry = recordingTelemetry();
    await telemetry.span("work", { identity: root }, async () => telemetry.log.info("inside"));
    telemetry.log.info("outside");
    expect(telemetry.logs[0]).toMatchObject({ trace_id: root.traceId, span_id: root.spanId, trace_flags: "01" });
    expect(telemetry.logs[1]).not.toHaveProperty("trace_id");
  });

  it("does not leak into another service of the process", async () => {
    const a = recordingTelemetry("a");
    const b = recordingTelemetry("b");
    await a.span("work", {}, async () => expect(b.current()).toBeUndefined());
  });

  it("draws the same ids when nothing is recorded: of the parent's trace, or a new one", async () => {
    const other = { traceId: "b".repeat(32), spanId: "c".repeat(16), traceFlags: 0 };
    for (const telemetry of [silentTelemetry(), recordingTelemetry()]) {
      const traces: string[] = [];
      const note = async (): Promise<void> => void traces.push(telemetry.current()?.traceId ?? "");
      await telemetry.span("above", { identity: root }, async () => {
        await telemetry.span("below", {}, note);
        await telemetry.span("of its own", { parent: null }, note);
        await telemetry.span("of another", { parent: other }, note);
        await telemetry.span("of a broken one", { parent: { ...other, traceId: "" } }, note);
        await telemetry.span("derived", { parent: other, identity: root }, note);
      });
      const [below, own, another, broken, derived] = traces;
      expect([below, another, derived]).toEqual([root.traceId, other.traceId, root.traceId]);
      for (const drawn of [own, broken]) expect(drawn).toMatch(/^[0-9a-f]{32}$/);
      expect(new Set([own, broken, root.traceId]).size).toBe(3);
    }
  });

  it("hands derived ids on even when nothing is recorded", async () => {
    const telemetry = silentTelemetry();
    await telemetry.span("work", { identity: root }, async (span) => {
      expect(span.context.spanId).toBe(root.spanId);
      expect(telemetry.current()?.traceId).toBe(root.traceId);
    });
  });
});

describe("record", () => {
  it("exports a finished span with its ids and times", () => {
    const telemetry = recordingTelemetry();
    telemetry.record({
      name: "SYNC",
      identity: root,
      kind: SpanKind.SERVER,
      attributes: { "cicd.pipeline.result": "success" },
      startedAt: new Date(1_000_000),
      endedAt: new Date(1_002_500),
    });
    const [span] = telemetry.spans;
    expect(span?.spanContext()).toMatchObject({ traceId: root.traceId, spanId: root.spanId });
    expect(span?.startTime).toEqual([1000, 0]);
    expect(span?.duration).toEqual([2, 500_000_000]);
  });
});
