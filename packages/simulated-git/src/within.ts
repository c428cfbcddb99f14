import { GitFailed } from "@evenkeel/git";
import type { Clock } from "@evenkeel/machine";

const ENDED = new Error("nobody waits for the answer any more");

/** The answer, unless a deadline or the signal comes first; then `until` ends, so that nothing is done any more. */
export const within = <T>(
  clock: Clock,
  ms: number,
  what: string,
  work: (until: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = new AbortController();
    const end = (): void => {
      timer[Symbol.dispose]();
      signal.removeEventListener("abort", onAbort);
      stop.abort(ENDED);
    };
    const onAbort = (): void => {
      end();
      reject(signal.reason as Error);
    };
    const timer = clock.after(ms, () => {
      end();
      reject(noAnswer(what, ms));
    });
    signal.addEventListener("abort", onAbort, { once: true });
    work(stop.signal).then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error as Error);
      },
    );
  });

const noAnswer = (what: string, ms: number): GitFailed =>
  new GitFailed(
    "FetchTimeout",
    `${what} gave no answer within ${ms / 1000} s`,
    "the host is slow or silent; it is tried again",
  );
