import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";
import { runGit } from "./run-git.ts";

/** What a path becomes: text, an executable, a symbolic link, or null: removed. */
export type FileChange = string | { readonly executable: string } | { readonly link: string } | null;
export type FileChanges = Readonly<Record<string, FileChange>>;

/** A working repository on branch `main` in a temporary folder. */
export interface TestRepository extends AsyncDisposable {
  readonly path: string;
  /** For a Git that may read files: `file:///…` */
  readonly url: string;
  /** Writes or removes the files, commits (also when nothing changed) and gives the commit's full id. */
  readonly commit: (files: FileChanges, message?: string) => Promise<string>;
  /** Replaces the newest commit by another one with these changes: the history is rewritten. */
  readonly amend: (files: FileChanges, message?: string) => Promise<string>;
  readonly head: () => Promise<string>;
  /** Goes to a branch, made here (at HEAD or `from`) when there is none. */
  readonly branch: (name: string, from?: string) => Promise<void>;
  /** Moves the current branch to a commit, files too. */
  readonly reset: (commit: string) => Promise<void>;
  readonly tag: (name: string, options?: { readonly annotated?: boolean; readonly force?: boolean }) => Promise<void>;
  /** Pushes the current branch (or `refs`) to `remote`: a URL, by default the one last pushed to. */
  readonly push: (options?: PushOptions) => Promise<void>;
  readonly git: (...args: readonly string[]) => Promise<string>;
}
export interface PushOptions {
  readonly remote?: string;
  readonly refs?: readonly string[];
  readonly force?: boolean;
}

/** A new repository with one commit of `files` (an empty commit when there are none). */
export const makeRepository = async (files: FileChanges = {}): Promise<TestRepository> => {
  const folder = await temporaryFolder();
  const path = join(folder.path, "work");
  await mkdir(path);
  const git = (...args: readonly string[]): Promise<string> => runGit(path, ...args);
  const head = (): Promise<string> => git("rev-parse", "HEAD");
  const record = async (changes: FileChanges, ...args: readonly string[]): Promise<string> => {
    await writeChanges(path, changes);
    await git("add", "--all", "--force");
    await git("commit", "--quiet", "--allow-empty", "--no-verify", ...args);
    return head();
  };
  let lastRemote: string | undefined;

  await git("init", "--quiet", "--initial-branch=main");
  await record(files, "--message=Begin");
  return {
    path,
    url: `file://${path}`,
    commit: (changes, message = "Change") => record(changes, `--message=${message}`),
    amend: (changes, message = "Rewritten") => record(changes, "--amend", `--message=${message}`),
    head,
    branch: async (name, from) => {
      const exists = (await git("branch", "--list", name)) !== "";
      await git("switch", "--quiet", ...(exists ? [name] : ["--create", name, ...(from === undefined ? [] : [from])]));
    },
    reset: async (commit) => void (await git("reset", "--quiet", "--hard", commit)),
    tag: async (name, { annotated = false, force = false } = {}) =>
      void (await git("tag", ...(annotated ? ["--message=Tag"] : []), ...(force ? ["--force"] : []), name)),
    push: async ({ remote = lastRemote, refs = ["HEAD"], force = false } = {}) => {
      if (remote === undefined) throw new Error("the first push needs a remote");
      await git("push", "--quiet", ...(force ? ["--force"] : []), remote, ...refs);
      lastRemote = remote;
    },
    git,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
};

const writeChanges = async (root: string, changes: FileChanges): Promise<void> => {
  for (const [name, change] of Object.entries(changes)) {
    const path = join(root, name);
    await rm(path, { recursive: true, force: true });
    if (change === null) continue;
    await mkdir(dirname(path), { recursive: true });
    if (typeof change === "string") await writeFile(path, change);
    else if ("link" in change) await symlink(change.link, path);
    else {
      await writeFile(path, change.executable);
      await chmod(path, 0o755);
    }
  }
};
