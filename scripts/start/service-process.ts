import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunningService } from "@evenkeel/contracts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** One service as a process of its own, as it runs in a container: `node services/X/src/main.ts` with its environment. */
export interface ServiceProcess extends AsyncDisposable {
  readonly service: RunningService;
  readonly pid: number;
  /** Ends it without a goodbye and returns when it is gone. */
  readonly kill: () => Promise<void>;
  readonly exited: Promise<number | null>;
  /** Whether it has ended, by us or by itself. */
  readonly hasEnded: () => boolean;
}

/** Starts a service; its log lines go to `logFile`. Disposing stops it by SIGTERM. */
export const startServiceProcess = (
  service: RunningService,
  env: Readonly<Record<string, string>>,
  logFile: string,
): ServiceProcess => {
  const log = openSync(logFile, "a");
  const child: ChildProcess = spawn(process.execPath, [join(root, "services", service, "src/main.ts")], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      ...(process.env["XDG_CACHE_HOME"] === undefined ? {} : { XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] }),
      ...env,
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const end = async (how: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(how);
    await exited;
  };
  return {
    service,
    pid: child.pid ?? -1,
    exited,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: () => end("SIGKILL"),
    [Symbol.asyncDispose]: () => end("SIGTERM"),
  };
};
