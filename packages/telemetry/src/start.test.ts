import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, it } from "vitest";

import { createMetrics } from "./metrics.ts";
import { startTelemetry } from "./start.ts";
import { sourceTrace } from "./trace-ids.ts";

/** A collector stand-in: keeps the bodies it is sent. */
const collector = async () => {
  const requests: { path: string; type: string | undefined; body: Buffer }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests.push({ path: request.url ?? "", type: request.headers["content-type"], body: Buffer.concat(chunks) });
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    requests,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const quiet = { write: () => undefined };

it("flushes spans to an OTLP collector as protobuf when disposed, with their derived ids", async () => {
  await using sink = await collector();
  const root = sourceTrace("u", "refs/heads/main", "c");
  {
    await using telemetry = startTelemetry({
      service: "applier",
      version: "1",
      logLevel: "info",
      logTo: quiet,
      otlpEndpoint: sink.url,
    });
    await telemetry.span("fetch", { identity: root }, async () => undefined);
  }
  expect(sink.requests).toHaveLength(1);
  expect(sink.requests[0]).toMatchObject({ path: "/v1/traces", type: "application/x-protobuf" });
  const body = sink.requests[0]?.body;
  expect(body?.includes(Buffer.from(root.traceId, "hex"))).toBe(true);
  expect(body?.includes(Buffer.from(root.spanId, "hex"))).toBe(true);
  expect(body?.includes("evenkeel-applier")).toBe(true);
});

it("serves the instruments of the table under their own names", async () => {
  const lines: string[] = [];
  const listening = Promise.withResolvers<number>();
  const logTo = {
    write: (line: string) => {
      lines.push(line);
      if (line.includes("metrics are served")) listening.resolve((JSON.parse(line) as { port: number }).port);
    },
  };
  await using telemetry = startTelemetry({ service: "a", version: "1", logLevel: "debug", logTo, metricsPort: 0 });
  const metrics = createMetrics(telemetry.meter);
  metrics.apply.add(2, { cluster: "eu", result: "applied" });
  metrics.commitToLive.record(0.2, { cluster: "eu" });
  const open = [{ value: 1, labels: { cluster: "eu", app: "web", policy: "correct" } }];
  metrics.driftOpen.observe(() => open);
  const url = `http://127.0.0.1:${await listening.promise}/metrics`;
  const text = await (await fetch(url)).text();
  expect(text).toContain('evenkeel_apply_total{cluster="eu",result="applied"} 2');
  expect(text).toContain('evenkeel_commit_to_live_seconds_bucket{cluster="eu",le="0.25"} 1');
  expect(text).toContain('evenkeel_drift_open{cluster="eu",app="web",policy="correct"} 1');
  open.length = 0;
  expect(await (await fetch(url)).text()).toContain('evenkeel_drift_open{cluster="eu",app="web",policy="correct"} 0');
});
