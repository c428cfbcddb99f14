/** Time for what was handed to the connection to leave this process. */
const APART_MS = 5;

/** A signal that follows another one in its turn. */
export interface LateAbort extends Disposable {
  readonly signal: AbortSignal;
  /** Rejects with the reason as soon as the other one ends. */
  readonly ended: Promise<never>;
}

/**
 * Ends the calls on a connection one after the other. Where several HTTP/2 streams are destroyed in one turn, as they are
 * when calls that hang reach the same deadline, Node sends empty DATA frames of one of them without end, in native code
 * and in ever more memory. Whoever waits for a call does not wait for its turn.
 */
export const createLateAborts = (): ((signal: AbortSignal) => LateAbort) => {
  const due: (() => void)[] = [];
  let isEnding = false;
  const endNext = (): void => {
    const end = due.shift();
    isEnding = end !== undefined;
    if (end === undefined) return;
    end();
    // After the timer another turn: a loop that was blocked runs its timers before it writes.
    setTimeout(() => setImmediate(endNext), APART_MS);
  };
  return (signal) => {
    const late = new AbortController();
    const { promise: ended, reject } = Promise.withResolvers<never>();
    ended.catch(() => undefined); // nobody need be waiting any more
    const onAbort = (): void => {
      reject(signal.reason as Error);
      due.push(() => late.abort(signal.reason));
      if (!isEnding) {
        isEnding = true;
        setImmediate(endNext);
      }
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    return {
      signal: late.signal,
      ended,
      [Symbol.dispose]: () => signal.removeEventListener("abort", onAbort),
    };
  };
};
