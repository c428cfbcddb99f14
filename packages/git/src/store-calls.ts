import { callEnvironment } from "./call-config.ts";
import { openCallDirectory } from "./call-directory.ts";
import { checkHost } from "./check-host.ts";
import type { Credentials } from "./credentials.ts";
import { explainLocal } from "./explain-failure.ts";
import type { StartBatch } from "./object-reader.ts";
import type { RemotePolicy, RepositoryUrl } from "./repository-url.ts";
import { runGit, spawnGit } from "./run-git.ts";
import type { CallLimits, GitResult, Programs } from "./run-git.ts";

/** A repository to ask, with what is needed to ask it. */
export interface Remote {
  readonly url: RepositoryUrl;
  readonly credentials: Credentials;
  /** PEM of a private certificate authority. */
  readonly ca?: string;
}

export interface StoreLimits {
  readonly packBytes: number;
  readonly addressSpaceBytes: number;
  readonly askMs: number;
  readonly fetchMs: number;
  readonly localMs: number;
  /** Bytes of a listing or a difference. */
  readonly listingBytes: number;
  /** Largest object that is read. */
  readonly objectBytes: number;
  /** How long the object reader stays without work. */
  readonly idleMs: number;
}

export const defaultStoreLimits: StoreLimits = {
  packBytes: 2 * 1024 ** 3,
  addressSpaceBytes: 1024 ** 3,
  askMs: 30_000,
  fetchMs: 120_000,
  localMs: 30_000,
  listingBytes: 64 * 1024 ** 2,
  objectBytes: 10 * 1024 ** 2,
  idleMs: 30_000,
};

/** The three forms of a call on one store: against a remote, on the store alone, and the long-lived object reader. */
export interface StoreCalls {
  readonly remote: (
    remote: Remote,
    argv: readonly string[],
    timeoutMs: number,
    signal: AbortSignal,
  ) => Promise<GitResult>;
  readonly run: (argv: readonly string[], signal: AbortSignal) => Promise<GitResult>;
  /** As `run`, but anything except exit 0 throws GitFailed naming `what`. */
  readonly local: (argv: readonly string[], what: string, signal: AbortSignal) => Promise<GitResult>;
  readonly startBatch: StartBatch;
}

/** Each call gets a directory, a configuration and an environment of its own, and leaves nothing behind. */
export const storeCalls = (dir: string, policy: RemotePolicy, limits: StoreLimits, programs: Programs): StoreCalls => {
  const callLimits = (timeoutMs: number, cpuSeconds: number | undefined): CallLimits => ({
    timeoutMs,
    cpuSeconds,
    addressSpaceBytes: limits.addressSpaceBytes,
    fileSizeBytes: limits.packBytes,
    stdoutBytes: limits.listingBytes,
  });
  const seconds = (ms: number): number => Math.ceil(ms / 1000);
  const run: StoreCalls["run"] = async (argv, signal) => {
    await using call = await openCallDirectory(policy);
    const env = callEnvironment(call.dir, dir, policy, programs);
    return await runGit(argv, call.dir, env, callLimits(limits.localMs, seconds(limits.localMs)), signal);
  };
  return {
    run,
    remote: async (remote, argv, timeoutMs, signal) => {
      const addresses = await checkHost(remote.url, policy);
      await using call = await openCallDirectory(policy, { ...remote, addresses });
      const env = callEnvironment(call.dir, dir, policy, programs);
      return await runGit(argv, call.dir, env, callLimits(timeoutMs, seconds(timeoutMs)), signal);
    },
    local: async (argv, what, signal) => {
      const result = await run(argv, signal);
      if (result.ended !== "exit" || result.status !== 0) throw explainLocal(what, result);
      return result;
    },
    startBatch: async () => {
      const call = await openCallDirectory(policy);
      const env = callEnvironment(call.dir, dir, policy, programs);
      const child = spawnGit(["cat-file", "--batch"], call.dir, env, callLimits(0, undefined));
      return { child, end: () => call[Symbol.asyncDispose]() };
    },
  };
};
