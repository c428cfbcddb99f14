import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { simpleGit } from "simple-git";
import type { SimpleGit } from "simple-git";

/** Who commits; fixtures and the tour use fixed people, the CLI leaves it to the user's own configuration. */
export interface Committer {
  readonly name: string;
  readonly email: string;
}

/** A working copy of the user's, of a fixture or of the tour. Never used by a service: those read bare stores. */
export interface Checkout {
  readonly dir: string;
  /** Writes the files (undefined removes one), commits exactly them and gives the commit's full id. */
  readonly commitFiles: (
    files: Readonly<Record<string, string | Uint8Array | undefined>>,
    message: string,
  ) => Promise<string>;
  /** Pushes HEAD to the branch of `origin`. */
  readonly push: (branch: string) => Promise<void>;
  /** Replaces the branch of `origin` by HEAD, whatever is there. */
  readonly forcePush: (branch: string) => Promise<void>;
  readonly tag: (name: string) => Promise<void>;
  readonly pushTag: (name: string, force?: boolean) => Promise<void>;
  /** Moves the branch and the files to a commit. */
  readonly resetTo: (commit: string) => Promise<void>;
  readonly head: () => Promise<string>;
  readonly currentBranch: () => Promise<string>;
  /** The commit that `branch` names at the origin; undefined if there is none. */
  readonly remoteTip: (branch: string) => Promise<string | undefined>;
}

const commitFiles = async (
  git: SimpleGit,
  dir: string,
  files: Readonly<Record<string, string | Uint8Array | undefined>>,
  message: string,
): Promise<string> => {
  const names = Object.keys(files);
  for (const [name, content] of Object.entries(files)) {
    const file = join(dir, name);
    if (content === undefined) {
      await rm(file, { force: true });
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  if (names.length > 0) await git.raw(["add", "--all", "--", ...names]);
  await git.raw(["commit", "--quiet", "--allow-empty", "--no-verify", "-m", message]);
  return (await git.revparse(["HEAD"])).trim();
};

/** Opens an existing working copy. */
export const openCheckout = async (dir: string, committer?: Committer): Promise<Checkout> => {
  const git = simpleGit({ baseDir: dir });
  if (committer !== undefined) {
    await git.addConfig("user.name", committer.name);
    await git.addConfig("user.email", committer.email);
    await git.addConfig("commit.gpgsign", "false");
  }
  return {
    dir,
    commitFiles: (files, message) => commitFiles(git, dir, files, message),
    push: async (branch) => void (await git.raw(["push", "--quiet", "origin", `HEAD:refs/heads/${branch}`])),
    forcePush: async (branch) => void (await git.raw(["push", "--quiet", "origin", `+HEAD:refs/heads/${branch}`])),
    tag: async (name) => void (await git.raw(["tag", "--force", "--", name])),
    pushTag: async (name, force = false) =>
      void (await git.raw(["push", "--quiet", "origin", `${force ? "+" : ""}refs/tags/${name}:refs/tags/${name}`])),
    resetTo: async (commit) => void (await git.raw(["reset", "--quiet", "--hard", commit])),
    head: async () => (await git.revparse(["HEAD"])).trim(),
    currentBranch: async () => (await git.raw(["symbolic-ref", "--short", "HEAD"])).trim(),
    remoteTip: async (branch) =>
      /^[0-9a-f]{40,64}/.exec(await git.raw(["ls-remote", "origin", `refs/heads/${branch}`]))?.[0],
  };
};

/** Makes a new working copy on a first branch, with `origin` at the given URL or directory. */
export const initCheckout = async (
  dir: string,
  options: { readonly branch: string; readonly origin?: string; readonly committer: Committer },
): Promise<Checkout> => {
  await mkdir(dir, { recursive: true });
  const git = simpleGit({ baseDir: dir });
  await git.raw(["init", "--quiet", `--initial-branch=${options.branch}`]);
  if (options.origin !== undefined) await git.raw(["remote", "add", "origin", options.origin]);
  return openCheckout(dir, options.committer);
};

/** Makes a new bare repository, the kind that others push to and fetch from. */
export const initBare = async (dir: string, branch: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  await simpleGit({ baseDir: dir }).raw(["init", "--quiet", "--bare", `--initial-branch=${branch}`]);
};
