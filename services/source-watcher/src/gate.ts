/** Lets at most some callers at a time through to one host. */
export interface Gate {
  /** Runs `work` when there is room for the host; throws what it throws, or the signal's reason. */
  through<T>(host: string, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** A thousand repositories of one host are not asked at once, and a host that hangs keeps nobody but its own waiting. */
export const createGate = (width: number): Gate => {
  const hosts = new Map<string, { inside: number; readonly waiting: (() => void)[] }>();
  return {
    async through(host, work, signal) {
      const at = hosts.get(host) ?? { inside: 0, waiting: [] };
      hosts.set(host, at);
      if (at.inside < width) at.inside += 1;
      else await new Promise<void>((resolve) => at.waiting.push(resolve));
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        const next = at.waiting.shift(); // takes this very place
        if (next !== undefined) next();
        else if ((at.inside -= 1) === 0) hosts.delete(host);
      }
    },
  };
};
