import { pause } from "@evenkeel/async";

import { sinceBoot } from "./since-boot.ts";

/** Time as a process reaches it; a test or a simulation gives its own. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never step back, for measuring. */
  monotonic(): number;
  /** Milliseconds since the machine began, those in which it slept among them, where `monotonic` stands still. */
  sinceBoot(): number;
  /** Throws the signal's reason when it ends first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls once after so many ms, until disposed of. Keeps no process alive. */
  after(ms: number, call: () => void): Disposable;
  /** Calls each time so many ms have passed, until disposed of. Keeps no process alive. */
  every(ms: number, call: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sinceBoot,
  sleep: pause,
  after: (ms, call) => {
    const timer = setTimeout(call, ms).unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
  every: (ms, call) => {
    const timer = setInterval(call, ms).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};
