// A process that only starts programs: a fork of it is cheap, because it stays small. It ends with its parent.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";

import type { ReachTargets, RunEnd, RunRequest, StarterOrder } from "./run-request.ts";

const running = new Map<number, ChildProcess>();

/** Kills the whole group, so that nothing which the program started stays behind. */
const killGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone.
  }
};

const run = (id: number, request: RunRequest): void => {
  const answer = (end: RunEnd): void => {
    running.delete(id);
    if (process.connected) process.send?.({ id, end });
  };
  const [file = "", ...args] = request.argv;
  const { cwd, env } = request;
  let child: ChildProcess;
  try {
    const output = openSync(request.stdoutFile, "wx", 0o600);
    try {
      child = spawn(file, args, { cwd, env: { ...env }, stdio: ["ignore", output, "pipe"], detached: true });
    } finally {
      closeSync(output);
    }
  } catch (error) {
    answer({ stderr: "", timedOut: false, startFailed: String(error) });
    return;
  }
  running.set(id, child);
  let timedOut = false;
  let startFailed: string | undefined;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, request.wallMs);
  const kept: Buffer[] = [];
  let size = 0;
  child.stderr?.on("data", (chunk: Buffer) => {
    // The rest is read and dropped, so that the program does not wait for us.
    if (size < request.stderrBytes) kept.push(chunk.subarray(0, request.stderrBytes - size));
    size += chunk.length;
  });
  child.on("error", (error) => {
    startFailed = error.message;
  });
  child.on("exit", () => killGroup(child));
  child.on("close", (code, signal) => {
    clearTimeout(timer);
    answer({
      ...(code === null || startFailed !== undefined ? {} : { exitCode: code }),
      ...(signal === null ? {} : { signal }),
      ...(startFailed === undefined ? {} : { startFailed }),
      stderr: Buffer.concat(kept).toString("utf8"),
      timedOut,
    });
  });
};

/** Loaded for the proof alone, and it fails where sockets are not allowed: both leave this process small. */
const reach = async (id: number, targets: ReachTargets): Promise<void> => {
  const { tryToReach } = await import("./try-to-reach.ts");
  const reached = await tryToReach(targets);
  if (process.connected) process.send?.({ id, reached });
};

process.on("message", (order: StarterOrder) => {
  switch (order.order) {
    case "run":
      return run(order.id, order.request);
    case "reach":
      return void reach(order.id, order.targets);
    case "kill": {
      const child = running.get(order.id);
      if (child !== undefined) killGroup(child);
    }
  }
});
process.on("disconnect", () => {
  for (const child of running.values()) killGroup(child);
  process.exit(0);
});
