import { spawn } from "node:child_process";

/**
 * Removes a folder soon after this process ends, however it ends: vitest stops its workers by signal, so no handler of ours runs.
 * A shell waits on a pipe that only we hold; the second gives servers, ended by the same death, the time to stop writing.
 */
export const removeAfterUs = (folder: string): AsyncDisposable => {
  const script = 'read -r _ && exit; sleep 1; rm -rf -- "$1"';
  const shell = spawn("sh", ["-c", script, "sh", folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.unref();
  const pipe = shell.stdin as typeof shell.stdin & { unref?: () => void };
  pipe.unref?.();
  pipe.on("error", () => {});
  return {
    [Symbol.asyncDispose]: () => new Promise((resolve) => pipe.end("stay\n", () => resolve())),
  };
};
