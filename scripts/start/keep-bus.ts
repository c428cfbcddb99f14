import { backOff, pause } from "@evenkeel/async";
import type { NatsServer } from "@evenkeel/embedded-nats";
import type { Logger } from "@evenkeel/telemetry";

import type { Installation } from "./installation.ts";
import type { Screen } from "./screen.ts";
import { startBus } from "./start-bus.ts";

/** The bus of `npm start`: started again whenever it ends by itself, on the same address. */
export interface KeptBus extends AsyncDisposable {
  readonly url: string;
  readonly version: string;
  /** Process id of the server that runs now. */
  readonly pid: () => number;
}

const againMs = { first: 250, most: 10_000 };

/**
 * Starts the bus and keeps it: a server that ends is told and started again, for as long as it takes. What it did not keep
 * is made again by `startBus`, and brought back by the services.
 */
export const keepBus = async (
  installation: Installation,
  log: Logger,
  screen: Pick<Screen, "ok" | "bad">,
  signal: AbortSignal,
): Promise<KeptBus> => {
  const stopping = new AbortController();
  const until = AbortSignal.any([signal, stopping.signal]);
  let server: NatsServer = await startBus(installation, log, until);
  const { url, version } = server;
  const port = Number(new URL(url).port);

  const startAgain = async (): Promise<void> => {
    const from = performance.now();
    let told = "";
    for (let tries = 0; ; tries += 1) {
      try {
        server = await startBus(installation, log, until, port);
        return screen.ok(`nats-server is back on ${url} after ${((performance.now() - from) / 1000).toFixed(1)} s`);
      } catch (error) {
        if (until.aborted) throw error;
        const why = error instanceof Error ? error.message : String(error);
        if (why !== told) screen.bad(`nats-server could not be started again, and is tried again: ${why}`);
        told = why;
      }
      await pause(backOff(againMs, tries), until);
    }
  };
  const keep = async (): Promise<void> => {
    while (!until.aborted) {
      const how = await server.ended;
      if (until.aborted) return;
      screen.bad(`nats-server ended (${how}): nothing is known or deployed until it is back; it is started again`);
      await startAgain();
    }
  };
  const kept = keep().catch((error: unknown) => {
    if (!until.aborted) screen.bad(`nats-server is not kept any more: ${String(error)}`);
  });
  return {
    url,
    version,
    pid: () => server.pid,
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error("the bus ends"));
      await server[Symbol.asyncDispose]();
      await kept;
      await server[Symbol.asyncDispose](); // one that came up meanwhile
    },
  };
};
