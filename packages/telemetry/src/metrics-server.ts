import { createServer } from "node:http";

import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";

import type { Logger } from "./port.ts";

/** Serves `/metrics` in Prometheus form. A port in use is logged and costs only the metrics. */
export const serveMetrics = (address: { host: string; port: number }, log: Logger) => {
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  });
  const server = createServer((request, response) => {
    if (request.method === "GET" && request.url?.split("?")[0] === "/metrics") {
      exporter.getMetricsRequestHandler(request, response);
    } else response.writeHead(404).end();
  });
  server.on("error", (error) => log.error("metrics cannot be served", { ...address, error }));
  server.on("listening", () => {
    const bound = server.address();
    if (bound !== null && typeof bound === "object")
      log.debug("metrics are served", { host: bound.address, port: bound.port });
  });
  server.listen(address.port, address.host);
  server.unref();
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { reader: exporter, close };
};
