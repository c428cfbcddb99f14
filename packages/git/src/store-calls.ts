import { callEnvironment } from "./call-config.ts";
import type { PinnedRemote } from "./call-config.ts";
import { openCallDirectory } from "./call-directory.ts";
import { checkHost } from "./check-host.ts";
import { withholdCredentials } from "./credentials.ts";
import type { Connections } from "./connections.ts";
import { HostSilent } from "./connections.ts";
import { explainLocal, noAnswer } from "./explain-failure.ts";
import { GitFailed } from "./git-failed.ts";
import type { StartBatch } from "./object-reader.ts";
import type { Remote, StoreLimits, StoreSettings } from "./port.ts";
import { defaultPrograms, runGit, spawnGit } from "./run-git.ts";
import type { CallLimits, GitResult, Programs } from "./run-git.ts";

/** How real git is run for a store. */
export interface StoreOptions extends StoreSettings {
  readonly programs?: Programs;
  readonly objectFormat?: "sha1" | "sha256";
  /** Asks http(s) remotes over kept connections; without, by a git process each time. */
  readonly connections?: Connections;
}

/** The forms of a call on one store: against a remote, on the store alone, and the long-lived object reader. */
export interface StoreCalls {
  readonly remote: (
    remote: Remote,
    argv: readonly string[],
    timeoutMs: number,
    signal: AbortSignal,
  ) => Promise<GitResult>;
  /** `ask` on a checked address, with a deadline. undefined: it has to be asked by a git process. */
  readonly overHttp: <T>(
    remote: Remote,
    what: string,
    timeoutMs: number,
    ask: (connections: Connections, remote: PinnedRemote, until: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ) => Promise<T | undefined>;
  /** Stores a pack as it arrives: `--strict` refuses what fsck does, and a pack whose objects lead to missing ones. */
  readonly indexPack: (pack: AsyncIterable<Buffer>, signal: AbortSignal) => Promise<GitResult>;
  readonly run: (argv: readonly string[], signal: AbortSignal) => Promise<GitResult>;
  /** As `run`, but anything except exit 0 throws GitFailed naming `what`. */
  readonly local: (argv: readonly string[], what: string, signal: AbortSignal) => Promise<GitResult>;
  readonly startBatch: StartBatch;
}

/** Each call gets a directory, a configuration and an environment of its own, and leaves nothing behind. */
export const storeCalls = (
  dir: string,
  { policy, programs = defaultPrograms, connections }: StoreOptions,
  limits: StoreLimits,
): StoreCalls => {
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
    return await runGit(
      argv,
      { cwd: call.dir, env, limits: callLimits(limits.localMs, seconds(limits.localMs)) },
      signal,
    );
  };
  return {
    run,
    overHttp: async (remote, what, timeoutMs, ask, signal) => {
      if (connections === undefined || remote.url.origin === "") return undefined;
      withholdCredentials(remote.credentials);
      const pinned = { ...remote, addresses: await checkHost(remote.url, policy) };
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        return await ask(connections, pinned, AbortSignal.any([signal, deadline]));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof GitFailed) throw error;
        if (!deadline.aborted && !(error instanceof HostSilent)) return undefined; // git says what is wrong
        throw noAnswer(what, timeoutMs, error);
      }
    },
    indexPack: async (pack, signal) => {
      await using call = await openCallDirectory(policy);
      const env = callEnvironment(call.dir, dir, policy, programs);
      const argv = ["index-pack", "--stdin", "--fix-thin", "--strict"];
      const caps = callLimits(limits.fetchMs, seconds(limits.fetchMs));
      return await runGit(argv, { cwd: call.dir, env, limits: caps, input: pack }, signal);
    },
    remote: async (remote, argv, timeoutMs, signal) => {
      withholdCredentials(remote.credentials);
      const addresses = await checkHost(remote.url, policy);
      await using call = await openCallDirectory(policy, { ...remote, addresses });
      const env = callEnvironment(call.dir, dir, policy, programs);
      return await runGit(argv, { cwd: call.dir, env, limits: callLimits(timeoutMs, seconds(timeoutMs)) }, signal);
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
