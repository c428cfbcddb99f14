import { once } from "node:events";
import { createServer } from "node:net";

import { CannotStart } from "./explain-failure.ts";
import { startOrder } from "./installation.ts";
import type { StartOptions } from "./options.ts";

const claim = async (option: string, port: number): Promise<void> => {
  const server = createServer();
  const listening = once(server, "listening");
  server.listen(port, "127.0.0.1");
  try {
    await listening;
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CannotStart(`${option}: another program has port ${port} (${why}); pass another one`, { cause: error });
  }
  server.close();
  await once(server, "close");
};

/** A port that is taken is told before anything is started. */
export const claimPorts = async ({ metricsPort, port, webhookPort }: StartOptions): Promise<void> => {
  await claim(`--port ${port}`, port);
  if (webhookPort !== undefined) await claim(`--webhook-port ${webhookPort}`, webhookPort);
  if (metricsPort === undefined) return;
  for (const at of startOrder.keys()) await claim(`--metrics-port ${metricsPort}`, metricsPort + at);
};
