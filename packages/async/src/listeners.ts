/** Who wants to hear of something. */
export interface Listeners<Args extends readonly unknown[]> {
  /** Until it is disposed of, or the signal ends. */
  add(listener: (...args: Args) => void, until?: AbortSignal): Disposable;
  /** Calls each in the order in which they were added; a listener must not throw. */
  tell(...args: Args): void;
  readonly size: number;
}

export const createListeners = <Args extends readonly unknown[] = []>(): Listeners<Args> => {
  const all = new Set<(...args: Args) => void>();
  return {
    add: (listener, until) => {
      const leave = (): void => void all.delete(listener);
      if (until?.aborted !== true) all.add(listener);
      until?.addEventListener("abort", leave, { once: true });
      return { [Symbol.dispose]: leave };
    },
    tell: (...args) => {
      for (const listener of all) listener(...args);
    },
    get size() {
      return all.size;
    },
  };
};
