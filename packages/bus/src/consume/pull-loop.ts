import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";

import { againMs } from "../wire/back-off.ts";
import { wordsOf } from "../wire/explain-failure.ts";
import type { Durable } from "../topology/consumers.ts";
import { retried } from "../facts/read-stored.ts";
import type { Wire } from "../wire/wire.ts";

/** The settings measured to recover fastest: the client waits for two missed heartbeats, then pulls again. */
export const pullSettings = { expires: 5000, idle_heartbeat: 1000, bind: true } as const;

/**
 * Delivers a durable's messages until the signal ends. Survives the loss of server, stream and consumer; opened again if
 * the client gives it up.
 */
export const pullLoop = async (
  wire: Wire,
  durable: Pick<Durable, "stream" | "name" | "maxAckPending">,
  onMessage: (message: JsMsg) => void,
  signal: AbortSignal,
): Promise<void> => {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      const consumer = await retried(
        wire,
        () => wire.js.consumers.get(durable.stream, durable.name),
        `consumer ${durable.name}`,
        signal,
      );
      const messages: ConsumerMessages = await consumer.consume({
        ...pullSettings,
        max_messages: durable.maxAckPending,
        callback: onMessage,
      });
      const stop = (): void => messages.stop();
      signal.addEventListener("abort", stop, { once: true });
      const error = await messages.closed();
      signal.removeEventListener("abort", stop);
      if (signal.aborted) return;
      if (wire.nc.isClosed()) throw new Error("connection closed");
      wire.log.warn("pull loop ended and is opened again", {
        consumer: durable.name,
        error: error === undefined ? "" : wordsOf(error),
      });
    } catch (error) {
      if (signal.aborted) return;
      if (wire.nc.isClosed()) throw error;
      wire.log.warn("pull loop could not be opened", { consumer: durable.name, error: wordsOf(error) });
    }
    await wire.clock.sleep(againMs(attempt, wire.rng), signal).catch(() => {});
  }
};
