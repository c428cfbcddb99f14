/** What JetStream says of a delivery in its reply subject. */
export interface DeliveryInfo {
  readonly attempt: number;
  readonly streamSequence: number;
  readonly deliverySequence: number;
  readonly timestampMs: number;
  readonly pending: number;
}

/** Reads `$JS.ACK...` in the short form and in the one with domain and account; undefined for any other subject. */
export const parseAckSubject = (subject: string): DeliveryInfo | undefined => {
  if (!subject.startsWith("$JS.ACK.")) return undefined;
  const tokens = subject.split(".");
  const at = tokens.length === 9 ? 4 : 6;
  const [attempt, stream, delivery, nanoseconds, pending] = tokens.slice(at, at + 5);
  if (pending === undefined) return undefined;
  return {
    attempt: Number(attempt),
    streamSequence: Number(stream),
    deliverySequence: Number(delivery),
    timestampMs: Number(nanoseconds?.slice(0, -6)),
    pending: Number(pending),
  };
};
