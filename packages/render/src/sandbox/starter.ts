import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { RunEnd, RunRequest, StarterAnswer, StarterOrder } from "./run-request.ts";

/** Starts programs in a small process of its own. */
export interface Starter extends AsyncDisposable {
  /** Runs one program to its end; an abort kills its process group and throws the signal's reason. */
  readonly run: (request: RunRequest, signal: AbortSignal) => Promise<RunEnd>;
}

const SCRIPT = fileURLToPath(new URL("./starter-process.ts", import.meta.url));

/** The process starts with the first program, and again after it died. */
export const programStarter = (): Starter => {
  let child: ChildProcess | undefined;
  let lastId = 0;
  const waiting = new Map<number, (end: RunEnd) => void>();

  const start = (): ChildProcess => {
    // A heap this small makes it collect early: what counts is the memory that a fork has to map.
    const made = spawn(process.execPath, ["--max-semi-space-size=1", "--max-old-space-size=64", SCRIPT], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: {},
      serialization: "json",
    });
    made.unref();
    made.channel?.unref();
    made.on("message", ({ id, end }: StarterAnswer) => finish(id, end));
    made.on("error", () => made.kill("SIGKILL"));
    // Not `close`: after our own disconnect it does not come.
    made.on("exit", () => {
      if (child === made) child = undefined;
      for (const id of waiting.keys()) finish(id, DIED);
    });
    return made;
  };

  const finish = (id: number, end: RunEnd): void => {
    waiting.get(id)?.(end);
    waiting.delete(id);
    if (waiting.size === 0) child?.channel?.unref();
  };

  const order = (to: ChildProcess, what: StarterOrder): void => {
    // A failed send ends in the exit event, which answers all that wait.
    to.send(what, () => {});
  };

  return {
    run: async (request, signal) => {
      signal.throwIfAborted();
      const starter = (child ??= start());
      const id = ++lastId;
      const { promise, resolve } = Promise.withResolvers<RunEnd>();
      waiting.set(id, resolve);
      starter.channel?.ref();
      const onAbort = (): void => order(starter, { order: "kill", id });
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        order(starter, { order: "run", id, request });
        return await promise;
      } finally {
        signal.removeEventListener("abort", onAbort);
        signal.throwIfAborted();
      }
    },
    [Symbol.asyncDispose]: async () => {
      const ending = child;
      if (ending === undefined) return;
      const ended = once(ending, "exit");
      ending.ref();
      if (ending.connected) ending.disconnect();
      else ending.kill("SIGKILL");
      await ended;
    },
  };
};

const DIED: RunEnd = { stderr: "", timedOut: false, startFailed: "the process that starts programs ended" };
