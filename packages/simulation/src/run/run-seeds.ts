import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

import type { Options } from "./options.ts";
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

/** Runs seeds in several processes, each as it becomes free; `told` hears of each. `enough` ends it. Throws WorkerEnded. */
export const runSeeds = async (
  options: Pick<Options, "profile" | "shrink" | "status" | "bug" | "from" | "seeds" | "workers">,
  told: (outcome: Outcome) => void,
  enough: () => boolean,
): Promise<void> => {
  let next = options.from;
  const end = options.from + options.seeds;
  const work = async (): Promise<void> => {
    const child = start(options);
    let running: number | undefined;
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) =>
        running === undefined
          ? resolve()
          : reject(new WorkerEnded(`the worker of seed ${running} ended with code ${code}`)),
      );
      child.on("message", (message: "ready" | Outcome) => {
        if (message !== "ready") told(message);
        running = next < end && !enough() ? next++ : undefined;
        if (running === undefined) child.disconnect();
        else child.send(running);
      });
    });
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, options.seeds) }, work));
};
