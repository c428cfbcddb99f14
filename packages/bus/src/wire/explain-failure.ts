import { JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/nats-core";

/** What a failed request means for whoever sent it. */
export type Failure = "conflict" | "full" | "transient" | "refused";

// Wrong last sequence; the second is what three replicas answer to concurrent writers. Both are the same to us.
const conflictCodes = new Set([10071, 10164]);
const fullCodes = new Set([10077, 10023, 10047]);
// The last: the same message id is on its way through the replicas.
const transientCodes = new Set([10008, 10009, 10076, 10158]);

/** No server has a place for a stream; only the message says why. */
export const NO_PLACE = 10005;

/** The others have not heard of one server, which is away or has just been started. */
const isPeerAway = ({ code, message }: JetStreamApiError): boolean =>
  code === NO_PLACE && /peer offline|miscellaneous issue/.test(message);

/** The connection went away under a request. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** Maps every error of the client to one of four words; the only place that knows its error classes. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof ConnectionLost) return "transient";
  if (error instanceof JetStreamApiError) {
    if (conflictCodes.has(error.code)) return "conflict";
    if (fullCodes.has(error.code)) return "full";
    const passes = error.status === 503 || transientCodes.has(error.code) || isPeerAway(error);
    return passes ? "transient" : "refused";
  }
  if (error instanceof errors.PermissionViolationError) return "refused";
  if (error instanceof errors.TimeoutError || error instanceof errors.NoRespondersError) return "transient";
  if ((error as Error).name === "JetStreamNotEnabled") return "transient";
  if (error instanceof errors.RequestError) {
    return error.cause === undefined || error.isNoResponders() ? "transient" : failureOf(error.cause);
  }
  return error instanceof errors.ConnectionError ? "transient" : "refused";
};

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
