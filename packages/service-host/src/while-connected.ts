import { untilAborted } from "@evenkeel/async";
import type { Bus } from "@evenkeel/bus";

/** How long a service works: dispose of it at the end, so that nothing of the service goes on after it. */
export interface Connected extends Disposable {
  /** Ends with the service's signal, and when this is disposed of. */
  readonly until: AbortSignal;
  /**
   * Waits for work that ends with `until`, or without any for the end of the service's signal. Throws once the bus is lost
   * for good, which nothing but a new process mends.
   */
  during(work?: Promise<unknown>): Promise<void>;
}

export const whileConnected = (bus: Pick<Bus, "closed">, signal: AbortSignal): Connected => {
  const ended = new AbortController();
  const lost = bus.closed.then(() => {
    if (!signal.aborted) throw new Error("the connection to the bus is lost");
  });
  lost.catch(() => {}); // told to whoever waits for it
  return {
    until: AbortSignal.any([signal, ended.signal]),
    during: async (work = untilAborted(signal)) => void (await Promise.race([work, lost])),
    [Symbol.dispose]: () => ended.abort(new Error("the service ends")),
  };
};
