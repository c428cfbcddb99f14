import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

export interface ChildProgram extends AsyncDisposable {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** The last lines it logged. */
  readonly lastWords: () => Promise<string>;
  /** Sends the signal (SIGKILL by default) and returns when the process is gone. */
  readonly end: (signal?: NodeJS.Signals) => Promise<void>;
}

const SETPRIV = "/usr/bin/setpriv";

/** Starts a program with its output in a log file; on Linux it also ends when we are killed. Disposal is SIGKILL: nothing of it is kept. */
export const startChild = async (binary: string, args: readonly string[], logFile: string): Promise<ChildProgram> => {
  await using log = await open(logFile, "a", 0o600);
  const tied = existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", binary] : [binary];
  const [command = binary, ...before] = tied;
  const child = spawn(command, [...before, ...args], { stdio: ["ignore", log.fd, log.fd] });
  await once(child, "spawn");
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    if (!hasEnded()) await endChild(child, signal);
  };
  const lastWords = async (): Promise<string> =>
    (await readFile(logFile, "utf8")).trim().split("\n").slice(-8).join("\n");
  return { pid: child.pid ?? -1, hasEnded, lastWords, end, [Symbol.asyncDispose]: () => end() };
};

const endChild = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
};

/** Returns once `isReady` gives true; throws with the program's last words when it ends before, or is late. */
export const waitUntilReady = async (
  name: string,
  child: ChildProgram,
  isReady: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await isReady().catch(() => false))) {
    if (child.hasEnded()) throw new Error(`${name} ended at its start:\n${await child.lastWords()}`);
    if (performance.now() > deadline)
      throw new Error(`${name} is not ready within ${timeoutMs} ms:\n${await child.lastWords()}`);
    await delay(25);
  }
};
