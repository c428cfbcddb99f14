/** Lines that one side pushes and the other awaits, in order, until it is closed. */
export interface LineQueue extends AsyncIterable<string> {
  readonly push: (line: string) => void;
  /** From now on a reader may lag only so far behind; what waits already does not count. */
  readonly limitUnread: () => void;
  /** Ends it once what was pushed has been read. */
  readonly close: () => void;
}

/** What a watch may lag behind beyond what it began with; a server, too, ends the watch of a reader that is slower. */
const MAX_UNREAD = 10_000;

/** A queue for one reader; `onEnd` is called once, whoever ends it. A reader that lags too far behind gets what was pushed so far, then its end. */
export const lineQueue = (onEnd: () => void): LineQueue => {
  const lines: string[] = [];
  let closed = false;
  let limit = Infinity;
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
  const close = (): void => {
    closed = true;
    end();
    rouse();
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
      rouse();
      return { value: undefined, done: true };
    },
  };
  return {
    push: (line) => {
      if (closed) return;
      lines.push(line);
      if (lines.length >= limit) close();
      rouse();
    },
    limitUnread: () => {
      limit = lines.length + MAX_UNREAD;
    },
    close,
    [Symbol.asyncIterator]: () => iterator,
  };
};
