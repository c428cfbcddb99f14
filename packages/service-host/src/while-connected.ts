import type { Bus } from "@evenkeel/bus";

/** How long a service works: dispose of it at the end, so that nothing of the service goes on after it. */
export interface Connected extends Disposable {
  /** Ends with the service's signal, and when this is disposed of. */
  readonly until: AbortSignal;
  /** Rejects once the bus is lost for good, which nothing but a new process mends; never resolves before the signal ends. */
  readonly lost: Promise<void>;
}

export const whileConnected = (bus: Pick<Bus, "closed">, signal: AbortSignal): Connected => {
  const ended = new AbortController();
  const lost = bus.closed.then(() => {
    if (!signal.aborted) throw new Error("the connection to the bus is lost");
  });
  lost.catch(() => {}); // told to whoever waits for it
  return {
    until: AbortSignal.any([signal, ended.signal]),
    lost,
    [Symbol.dispose]: () => ended.abort(new Error("the service ends")),
  };
};
