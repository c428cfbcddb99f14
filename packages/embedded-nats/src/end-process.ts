import { setTimeout as delay } from "node:timers/promises";

/** Asks a process to end, insists by SIGKILL after `graceMs`, and returns when it is gone. */
export const endProcess = async (pid: number, graceMs = 5_000): Promise<void> => {
  send(pid, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (send(pid, 0)) {
    if (performance.now() > deadline) send(pid, "SIGKILL");
    await delay(10);
  }
};

/** False when there is no such process (any more). */
const send = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};
