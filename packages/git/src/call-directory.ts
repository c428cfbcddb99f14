import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { callConfig, sshClientConfig } from "./call-config.ts";
import type { PinnedRemote } from "./call-config.ts";
import type { RemotePolicy } from "./repository-url.ts";

/** The private directory of one call; gone with everything in it when disposed. */
export interface CallDirectory extends AsyncDisposable {
  readonly dir: string;
}

let memoryBacked: Promise<string> | undefined;

// Credentials should not reach a disk: Linux has /dev/shm, elsewhere the temporary folder has to do.
const baseDirectory = (): Promise<string> =>
  (memoryBacked ??= stat("/dev/shm").then(
    (found) => (found.isDirectory() ? "/dev/shm" : tmpdir()),
    () => tmpdir(),
  ));

const PREFIX = "evenkeel-git-";
let swept: Promise<void> | undefined;

/** Once a process: removes the call directories, credentials in them, of processes that were killed. */
export const sweepCallDirectories = (): Promise<void> => (swept ??= sweep());

const sweep = async (): Promise<void> => {
  const base = await baseDirectory();
  const names = (await readdir(base)).filter((name) => name.startsWith(PREFIX));
  const orphans = names.filter((name) => !isAlive(Number(/^evenkeel-git-(\d+)-/.exec(name)?.[1] ?? 0)));
  // Another user's are not ours to remove.
  await Promise.all(orphans.map((name) => rm(join(base, name), { recursive: true, force: true }).catch(() => {})));
};

const isAlive = (pid: number): boolean => {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

const secret = { mode: 0o600 } as const;

/** Makes a fresh 0700 directory holding the call's gitconfig and, for a remote, its credential files (0600). */
export const openCallDirectory = async (policy: RemotePolicy, remote?: PinnedRemote): Promise<CallDirectory> => {
  const dir = await mkdtemp(join(await baseDirectory(), `${PREFIX}${process.pid}-`));
  const call: CallDirectory = {
    dir,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
  try {
    await Promise.all([
      mkdir(join(dir, "empty")),
      mkdir(join(dir, "gnupg"), { mode: 0o700 }),
      writeFile(join(dir, "gitconfig"), callConfig(dir, policy, remote), secret),
      ...(remote === undefined ? [] : remoteFiles(dir, remote)),
    ]);
  } catch (error) {
    await call[Symbol.asyncDispose]();
    throw error;
  }
  return call;
};

const remoteFiles = (dir: string, { credentials, ca }: PinnedRemote): readonly Promise<void>[] => [
  ...(ca === undefined ? [] : [writeFile(join(dir, "ca.pem"), ca, secret)]),
  ...(credentials.kind === "ssh"
    ? [
        writeFile(join(dir, "key"), endsWithNewline(credentials.privateKey), secret),
        writeFile(join(dir, "known_hosts"), endsWithNewline(credentials.knownHosts), secret),
        writeFile(join(dir, "ssh_config"), sshClientConfig, secret),
      ]
    : []),
];

// OpenSSH refuses a private key whose last line does not end.
const endsWithNewline = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
