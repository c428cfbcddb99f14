import { readFile } from "node:fs/promises";

import { reflectedFiles, StatusServiceDefinition } from "@evenkeel/contracts";
import { ServerCredentials } from "@grpc/grpc-js";
import { createServer } from "nice-grpc";
import { errorDetailsServerMiddleware } from "nice-grpc-error-details";
import { HealthDefinition, HealthServiceImpl, HealthState } from "nice-grpc-server-health";
import { ServerReflection, ServerReflectionService } from "nice-grpc-server-reflection";

import type { TlsFiles } from "../config.ts";
import { guardCalls } from "./guard-calls.ts";
import type { ServeQueries } from "./serve-queries.ts";

const service = StatusServiceDefinition.fullName;

/** Limits and signs of life of a connection; its age ends, so that load spreads again after scaling. */
const channelOptions = {
  "grpc.max_receive_message_length": 4 * 1024 * 1024,
  "grpc.max_send_message_length": 4 * 1024 * 1024,
  "grpc.max_concurrent_streams": 100,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.max_connection_age_ms": 30 * 60_000,
  "grpc.max_connection_age_grace_ms": 60_000,
};

const credentials = async (tls: TlsFiles | undefined): Promise<ServerCredentials> => {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const [cert, key, clientCa] = await Promise.all([
    readFile(tls.certFile),
    readFile(tls.keyFile),
    tls.clientCaFile === undefined ? null : readFile(tls.clientCaFile),
  ]);
  return ServerCredentials.createSsl(clientCa, [{ cert_chain: cert, private_key: key }], clientCa !== null);
};

/** `grpc.reflection.v1alpha` has the messages of v1 under its old name; older tools know only that. */
export const reflectionV1alpha = {
  serverReflectionInfo: {
    ...ServerReflectionService.serverReflectionInfo,
    path: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
  },
} as unknown as typeof ServerReflectionService;

/** Serves queries, health and reflection; not SERVING at first. Disposing lets calls end for up to `drainMs`. */
export const serveGrpc: ServeQueries = async (listen, queries, { clock, drainMs, telemetry }) => {
  const health = HealthState();
  const serving = (on: boolean): void => {
    for (const name of ["", service]) health.setStatus(on ? "healthy" : "unhealthy", name);
  };
  serving(false);
  const server = createServer(channelOptions).use(guardCalls(telemetry, clock)).use(errorDetailsServerMiddleware);
  server.add(StatusServiceDefinition, queries);
  server.add(HealthDefinition, HealthServiceImpl(health));
  const reflection = ServerReflection(reflectedFiles(), [service, HealthDefinition.fullName]);
  server.add(ServerReflectionService, reflection);
  server.add(reflectionV1alpha, reflection);
  const port = await server.listen(`${listen.host}:${listen.port}`, await credentials(listen.tls));
  return {
    address: `${listen.host}:${port}`,
    serving,
    async [Symbol.asyncDispose]() {
      serving(false);
      using _late = clock.after(drainMs, () => server.forceShutdown());
      await server.shutdown();
    },
  };
};
