import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";

import type { Launcher } from "./isolation.ts";
import type { ReachTargets, RunEnd, RunRequest, StarterAnswer, StarterOrder } from "./run-request.ts";

/** Starts programs in a small process of its own, which is cut off the network with all that it starts. */
export interface Starter extends AsyncDisposable {
  /** Runs one program to its end; an abort kills its process group and throws the signal's reason. */
  readonly run: (request: RunRequest, signal: AbortSignal) => Promise<RunEnd>;
  /** What of these that process can reach; throws with what it said if it does not start. */
  readonly reach: (targets: ReachTargets, signal: AbortSignal) => Promise<readonly string[]>;
}

const SCRIPT = fileURLToPath(new URL("./starter-process.ts", import.meta.url));

/** The process starts with the first order, and again after it died; always in the same way. */
export const programStarter = (launcher: Launcher): Starter => {
  let child: ChildProcess | undefined;
  let lastId = 0;
  let said = "";
  const waiting = new Map<number, (answer: StarterAnswer) => void>();

  const start = (): ChildProcess => {
    // A heap this small makes it collect early: what counts is the memory that a fork has to map.
    const node = [process.execPath, "--max-semi-space-size=1", "--max-old-space-size=64", SCRIPT];
    const [file = "", ...args] = [...launcher.argv, ...node];
    // A group of its own: Ctrl-C in a terminal is for us, and we end it when nobody needs it any more.
    const made = spawn(file, args, {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: {},
      serialization: "json",
      detached: true,
    });
    made.unref();
    made.channel?.unref();
    made.stderr?.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString("utf8")}`.slice(-2_000)));
    (made.stderr as Socket | null)?.unref();
    made.on("message", (answer: StarterAnswer) => finish(answer));
    made.on("error", (error) => {
      said = error.message;
      made.kill("SIGKILL");
    });
    // Not `close`: after our own disconnect it does not come.
    made.on("exit", () => {
      if (child === made) child = undefined;
      for (const id of waiting.keys()) finish({ id, end: died(said) });
    });
    return made;
  };

  const finish = (answer: StarterAnswer): void => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) child?.channel?.unref();
  };

  const order = (to: ChildProcess, what: StarterOrder): void => {
    // A failed send ends in the exit event, which answers all that wait.
    to.send(what, () => {});
  };

  const ask = async (make: (id: number) => StarterOrder, signal: AbortSignal): Promise<StarterAnswer> => {
    signal.throwIfAborted();
    const starter = (child ??= start());
    const id = ++lastId;
    const { promise, resolve } = Promise.withResolvers<StarterAnswer>();
    waiting.set(id, resolve);
    starter.channel?.ref();
    const onAbort = (): void => order(starter, { order: "kill", id });
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      order(starter, make(id));
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
      signal.throwIfAborted();
    }
  };

  return {
    run: async (request, signal) => {
      const answer = await ask((id) => ({ order: "run", id, request }), signal);
      return "end" in answer ? answer.end : died("it answered something else");
    },
    reach: async (targets, signal) => {
      const answer = await ask((id) => ({ order: "reach", id, targets }), signal);
      if ("reached" in answer) return answer.reached;
      throw new Error(answer.end.startFailed ?? "it did not start");
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

const died = (said: string): RunEnd => {
  const why = said.trim().split("\n").at(-1) ?? "";
  const startFailed = `the process that starts programs ended${why === "" ? "" : `: ${why}`}`;
  return { stderr: "", timedOut: false, startFailed };
};
