import { errors } from "@nats-io/nats-core";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Clock } from "@evenkeel/machine";
import type { Logger } from "@evenkeel/telemetry";

/** A server that starts again with other users for a moment refuses nobody for so long. */
const REFUSED_MS = 30_000;

// "Authentication Timeout": the server waited 2 s for our signature. Whoever is that slow is busy, not unknown.
export const isRefusal = (error: unknown): error is Error =>
  (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) &&
  !/timeout/i.test(error.message);

/**
 * Closes a connection whose key the servers go on to refuse: it is read once, at the start of a process, so that only the
 * next one has what counts since it was renewed. The client itself tries for ever.
 */
export const closeWhenRefused = async (nc: NatsConnection, clock: Clock, log: Logger): Promise<void> => {
  let since: number | undefined;
  for await (const status of nc.status()) {
    if (status.type === "reconnect") since = undefined;
    if (status.type !== "error" || !isRefusal(status.error)) continue;
    since ??= clock.monotonic();
    if (clock.monotonic() - since < REFUSED_MS) continue;
    log.error("the bus refuses the key of this process: it ends, and the next one reads the key anew", {
      error: status.error,
    });
    await nc.close();
  }
};
