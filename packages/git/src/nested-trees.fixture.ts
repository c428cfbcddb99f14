// For tests only: commits of a few hundred bytes whose paths nobody can count.
import { execFileSync } from "node:child_process";

const env = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  GIT_AUTHOR_NAME: "Ana",
  GIT_AUTHOR_EMAIL: "ana@example.org",
  GIT_COMMITTER_NAME: "Ana",
  GIT_COMMITTER_EMAIL: "ana@example.org",
};

export const writeGit = (repository: string, args: readonly string[], input: string): string =>
  execFileSync("git", ["-C", repository, ...args], { env, input })
    .toString()
    .trim();

/** A tree of `names` directories that are all the same tree, `levels` times, around one file; its id. */
export const nestTrees = (repository: string, levels: number, names: number, content: string): string => {
  const blob = writeGit(repository, ["hash-object", "-w", "--stdin"], content);
  let tree = writeGit(repository, ["mktree"], `100644 blob ${blob}\ta.yaml\n`);
  for (let level = 0; level < levels; level += 1) {
    const entries = Array.from({ length: names }, (_, n) => `040000 tree ${tree}\td${n}\n`);
    tree = writeGit(repository, ["mktree"], entries.join(""));
  }
  return tree;
};

/** Commits a tree onto `parent`; the commit's id. */
export const commitTree = (repository: string, tree: string, parent?: string): string =>
  writeGit(repository, ["commit-tree", tree, "-m", "Nest", ...(parent === undefined ? [] : ["-p", parent])], "");
