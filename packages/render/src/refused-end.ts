import { isTransient, messageOf, refusalIn } from "./render-refused.ts";
import type { Refusal } from "./render-refused.ts";
import type { Refused } from "./request.ts";

export const refusedEnd = (refusal: Refusal, cache: Refused["cache"]): Refused => ({
  ...refusal,
  outcome: "refused",
  message: messageOf(refusal),
  transient: isTransient(refusal),
  cache,
});

/** What is remembered of a refused render. */
export const refusalOf = ({ code, problem, remedy, file, line, column }: Refused): Refusal => ({
  code,
  problem,
  remedy,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
});

/** Gives a refusal that is thrown as the end of the render; all else is thrown on. */
export const orRefused = async <T>(act: () => Promise<T>): Promise<T | Refused> => {
  try {
    return await act();
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal === undefined) throw error;
    return refusedEnd(refusal, "miss");
  }
};
