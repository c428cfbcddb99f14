/** Lets all else that is due have its turn, between two pieces of work that keep this thread. */
export const giveWay = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
