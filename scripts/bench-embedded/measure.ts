import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes of the JavaScript heap in use after a full collection. */
export const heapBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

export const rssBytes = (): number => process.memoryUsage().rss;

/** Milliseconds that some work took, and what it gave. */
export const timed = async <T>(work: () => T | Promise<T>): Promise<{ readonly ms: number; readonly result: T }> => {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
};

/** How often a second something can be done, one after another or `lanes` at a time, within about `budgetMs`. */
export const rate = async (work: (turn: number) => Promise<unknown>, budgetMs: number, lanes = 1): Promise<number> => {
  for (let turn = 0; turn < 20; turn += 1) await work(turn); // warm
  const until = performance.now() + budgetMs;
  const began = performance.now();
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      done += 1;
      await work(20 + done);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return (done / (performance.now() - began)) * 1_000;
};
