import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import { GitFailed } from "./git-failed.ts";

/** The fixed programs of a call, and the only PATH that it sees. */
export interface Programs {
  readonly searchPath: string;
  /** Program given to Git as GIT_SSH. */
  readonly ssh: string;
}

export const defaultPrograms: Programs = {
  searchPath: "/usr/local/bin:/usr/bin:/bin",
  ssh: fileURLToPath(new URL("ssh-with-config.sh", import.meta.url)),
};

/** What one call may use up; over a cap its whole process group is killed. */
export interface CallLimits {
  readonly timeoutMs: number;
  /** Seconds of CPU, or undefined for a process that lives long. */
  readonly cpuSeconds: number | undefined;
  readonly addressSpaceBytes: number;
  readonly fileSizeBytes: number;
  readonly stdoutBytes: number;
}

export interface GitResult {
  readonly ended: "exit" | "timeout" | "cap";
  /** Exit status, or undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: Buffer;
  /** The first 64 KiB. */
  readonly stderr: string;
}

const STDERR_KEPT = 64 * 1024;

const find = (searchPath: string, program: string): string | undefined =>
  searchPath
    .split(":")
    .map((dir) => join(dir, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

/** Starts git without a shell, as leader of its own process group, under prlimit where that exists. */
export const spawnGit = (
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  limits: CallLimits,
): ChildProcessWithoutNullStreams => {
  const searchPath = env["PATH"] ?? "";
  const git = find(searchPath, "git");
  if (git === undefined)
    throw new GitFailed("ResourceExhausted", `git was not found in ${searchPath}`, "install git 2.39 or later");
  const prlimit = find(searchPath, "prlimit");
  const options = { shell: false, detached: true, cwd, env, stdio: "pipe" } as const;
  if (prlimit === undefined) return spawn(git, argv, options);
  const caps = [
    `--fsize=${limits.fileSizeBytes}`,
    `--as=${limits.addressSpaceBytes}`,
    ...(limits.cpuSeconds === undefined ? [] : [`--cpu=${limits.cpuSeconds}`]),
  ];
  return spawn(prlimit, [...caps, git, ...argv], options);
};

/** Kills the child's whole process group, and with it git-remote-https, ssh and index-pack. */
export const killGroup = (child: { readonly pid?: number | undefined }): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

// Throws what the source throws. That the child ends early is no fault of the source: its status says why.
const feed = async (input: AsyncIterable<Buffer>, stdin: Writable): Promise<void> => {
  for await (const chunk of input) {
    if (!stdin.writable) return;
    if (!stdin.write(chunk)) await Promise.race([once(stdin, "drain"), once(stdin, "close")]);
  }
  stdin.end();
};

/** Where git runs, within which limits, and what it is given to read. */
export interface GitCall {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: CallLimits;
  readonly input?: AsyncIterable<Buffer>;
}

/**
 * Runs git to its end and gives what it said; a refusal by git is a result, not an error. Throws the signal's reason
 * when aborted, what `input` throws, and GitFailed ResourceExhausted when it cannot be started.
 */
export const runGit = (
  argv: readonly string[],
  { cwd, env, limits, input }: GitCall,
  signal: AbortSignal,
): Promise<GitResult> => {
  signal.throwIfAborted();
  const child = spawnGit(argv, cwd, env, limits);
  return new Promise((resolve, reject) => {
    let ended: GitResult["ended"] = "exit";
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    const stderr: Buffer[] = [];
    let stderrBytes = 0;
    const stop = (why: GitResult["ended"]): void => {
      if (ended === "exit") ended = why;
      killGroup(child);
    };
    const onAbort = (): void => killGroup(child);
    const timer = setTimeout(() => stop("timeout"), limits.timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    child.stdin.on("error", () => {}); // a child that ends early closes its stdin: its status says why
    let broken: { readonly error: unknown } | undefined;
    if (input === undefined) child.stdin.end();
    else
      feed(input, child.stdin).catch((error: unknown) => {
        broken = { error };
        killGroup(child);
      });
    child.stdout.on("data", (chunk: Buffer) => {
      stdoutBytes += chunk.length;
      if (stdoutBytes > limits.stdoutBytes) stop("cap");
      else stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderrBytes < STDERR_KEPT) stderr.push(chunk.subarray(0, STDERR_KEPT - stderrBytes));
      stderrBytes += chunk.length;
    });
    child.once("error", (cause) => {
      finish();
      reject(new GitFailed("ResourceExhausted", "git could not be started", "free processes and memory", cause));
    });
    child.once("close", (status, endSignal) => {
      finish();
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      if (broken !== undefined) {
        reject(broken.error as Error);
        return;
      }
      resolve({
        ended,
        status: status ?? undefined,
        signal: endSignal ?? undefined,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    });
  });
};
