import { Session } from "node:inspector";
import type { Profiler } from "node:inspector";

/**
 * How often blocks of JavaScript ran during `act`, as V8 counts them: the same each time, on a busy machine too, so that
 * a test can say how work grows with its input. What the engine does in native code (`indexOf`, `sort`) is not in it.
 */
export const countOperations = (act: () => void): number => {
  const session = (counting ??= startCounting());
  ask(session, "Profiler.takePreciseCoverage");
  act();
  const { result } = ask(session, "Profiler.takePreciseCoverage") as Profiler.TakePreciseCoverageReturnType;
  return result
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
};

/** Counts for as long as the process lives: code that ran while it was off is counted no more after it is on again. */
let counting: Session | undefined;
const startCounting = (): Session => {
  const session = new Session();
  session.connect();
  ask(session, "Profiler.enable");
  ask(session, "Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return session;
};

/** Answers of a session in this thread come before `post` returns. */
const ask = (session: Session, method: string, parameters?: object): unknown => {
  let answer: unknown;
  let failure: Error | null = null;
  session.post(method, parameters, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure !== null) throw new Error(`${method} failed`, { cause: failure });
  return answer;
};
