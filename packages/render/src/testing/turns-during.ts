import { setImmediate as nextTurn } from "node:timers/promises";

/** How many turns others have while an act runs: one or two if it works on this thread alone, however long it takes. */
export const turnsDuring = async (act: () => Promise<unknown>): Promise<number> => {
  let turns = 0;
  let running = true;
  const beat = (async () => {
    for (; running; turns += 1) await nextTurn();
  })();
  await act().finally(() => (running = false));
  await beat;
  return turns;
};
