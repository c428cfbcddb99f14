import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

import type { Options } from "./options.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Outcome } from "./run-scenario.ts";

/** A worker came to an end of its own: what it ran is no outcome. */
export class WorkerEnded extends Error {
  override readonly name = "WorkerEnded";
}

const start = ({
  profile,
  shrink,
  status,
  bug,
}: Pick<Options, "profile" | "shrink" | "status" | "bug">): ChildProcess =>
  fork(
    join(import.meta.dirname, "worker.ts"),
    [profile, String(shrink), status ? "status" : "", ...(bug === undefined ? [] : [bug])],
    {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    },
  );

/** Runs what `next` gives in several processes, each as it becomes free, until it gives no more. Throws WorkerEnded. */
const runEach = async (
  options: Pick<Options, "profile" | "shrink" | "status" | "bug">,
  workers: number,
  next: () => number | Scenario | undefined,
  told: (outcome: Outcome) => void,
): Promise<void> => {
  const work = async (): Promise<void> => {
    const child = start(options);
    let running: number | Scenario | undefined;
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => {
        if (running === undefined) return resolve();
        const seed = typeof running === "number" ? running : running.seed;
        reject(new WorkerEnded(`the worker of seed ${seed} ended with code ${code}`));
      });
      child.on("message", (message: "ready" | Outcome) => {
        if (message !== "ready") told(message);
        running = next();
        if (running === undefined) child.disconnect();
        else child.send(running);
      });
    });
  };
  await Promise.all(Array.from({ length: workers }, work));
};

/** Runs seeds; `told` hears of each, `enough` ends it. Throws WorkerEnded. */
export const runSeeds = async (
  options: Pick<Options, "profile" | "shrink" | "status" | "bug" | "from" | "seeds" | "workers">,
  told: (outcome: Outcome) => void,
  enough: () => boolean,
): Promise<void> => {
  let next = options.from;
  const end = options.from + options.seeds;
  const take = (): number | undefined => (next < end && !enough() ? next++ : undefined);
  await runEach(options, Math.min(options.workers, options.seeds), take, told);
};

/** Runs one scenario that no seed makes any more. Throws WorkerEnded. */
export const runKept = async (scenario: Scenario, bug?: string): Promise<Outcome | undefined> => {
  const [rest, outcomes]: [Scenario[], Outcome[]] = [[scenario], []];
  const how = { profile: "calm", shrink: 0, status: false, bug } as const;
  await runEach(
    how,
    1,
    () => rest.pop(),
    (outcome) => outcomes.push(outcome),
  );
  return outcomes[0];
};
