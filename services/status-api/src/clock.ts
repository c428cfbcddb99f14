/** Time, as this service gets it. */
export interface Clock {
  now(): Date;
  /** Resolves after so many milliseconds; rejects when the signal ends. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
