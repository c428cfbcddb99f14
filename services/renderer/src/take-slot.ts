/** A bounded number of places, given out in the order they were asked for. */
export interface Slots {
  /** Waits for a place; dispose to give it back. Throws the signal's reason when that ends first. */
  take(signal: AbortSignal): Promise<Disposable>;
}

export const createSlots = (count: number): Slots => {
  let free = count;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    free += 1;
    waiting.shift()?.();
  };
  return {
    take: async (signal) => {
      signal.throwIfAborted();
      while (free === 0) await nextTurn(waiting, signal);
      free -= 1;
      return { [Symbol.dispose]: giveBack };
    },
  };
};

const nextTurn = (waiting: (() => void)[], signal: AbortSignal): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void => {
    const place = waiting.indexOf(turn);
    if (place >= 0) waiting.splice(place, 1);
    reject(signal.reason as Error);
  };
  const turn = (): void => {
    signal.removeEventListener("abort", onAbort);
    resolve();
  };
  waiting.push(turn);
  signal.addEventListener("abort", onAbort, { once: true });
  return promise;
};
