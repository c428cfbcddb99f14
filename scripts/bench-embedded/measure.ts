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

/** What some work took, by the clock and of this process's processor time. */
export interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

const stopwatch = (): (() => Took) => {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { system, user } = process.cpuUsage(cpu);
    return { ms: performance.now() - began, cpuMs: (system + user) / 1_000 };
  };
};

export const timed = async <T>(work: () => T | Promise<T>): Promise<{ readonly took: Took; readonly result: T }> => {
  const read = stopwatch();
  const result = await work();
  return { took: read(), result };
};

/** How often something is done in about `budgetMs`, one after another or `lanes` at a time. */
export const repeat = async (
  work: (turn: number) => Promise<unknown>,
  budgetMs: number,
  lanes = 1,
): Promise<{ readonly took: Took; readonly times: number }> => {
  for (let turn = 0; turn < 20; turn += 1) await work(turn); // warm
  const until = performance.now() + budgetMs;
  const read = stopwatch();
  let times = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      times += 1;
      await work(20 + times);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { took: read(), times };
};
