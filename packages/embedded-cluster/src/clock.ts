/** Time of one cluster: real, or moved by a simulation. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls once after so many ms; the returned function cancels. */
  after(ms: number, call: () => void): () => void;
}

/** The machine's own clock; its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
