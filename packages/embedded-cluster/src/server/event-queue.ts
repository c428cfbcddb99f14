/** Lines that one side pushes and the other awaits, in order, until it is closed. */
export interface LineQueue extends AsyncIterable<string> {
  readonly push: (line: string) => void;
  /** Ends it once what was pushed has been read. */
  readonly close: () => void;
}

/** A queue for one reader; `onEnd` is called once, whoever ends it. */
export const lineQueue = (onEnd: () => void): LineQueue => {
  const lines: string[] = [];
  let closed = false;
  let ended = false;
  let wake: (() => void) | undefined;
  const end = (): void => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  const rouse = (): void => {
    wake?.();
    wake = undefined;
  };
  const iterator: AsyncIterator<string> = {
    next: async () => {
      for (;;) {
        const line = lines.shift();
        if (line !== undefined) return { value: line, done: false };
        if (closed) {
          end();
          return { value: undefined, done: true };
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    return: async () => {
      closed = true;
      lines.length = 0;
      end();
      return { value: undefined, done: true };
    },
  };
  return {
    push: (line) => {
      if (closed) return;
      lines.push(line);
      rouse();
    },
    close: () => {
      closed = true;
      end();
      rouse();
    },
    [Symbol.asyncIterator]: () => iterator,
  };
};
