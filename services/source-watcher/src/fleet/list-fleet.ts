import type { FleetEntry } from "@evenkeel/declarations";
import { GitFailed, pathText } from "@evenkeel/git";
import type { GitStore, TreeEntry } from "@evenkeel/git";

/** An entry of the fleet, and the object that it is. */
export interface ListedFile extends Omit<FleetEntry, "size"> {
  readonly oid: string;
}

// A fleet is read by path: the same directory under two names declares twice.
const MOST_ENTRIES = 50_000;
const MOST_LEVELS = 64;

/** Everything below a directory of a tree, directories left out; none where there is no such directory. */
export const listFleet = async (
  store: Pick<GitStore, "readTree">,
  tree: string,
  directory: readonly string[],
  signal: AbortSignal,
): Promise<readonly ListedFile[]> => {
  let root: string | undefined = tree;
  for (const step of directory) {
    const entries: readonly TreeEntry[] = root === undefined ? [] : await store.readTree(root, signal);
    root = entries.find(({ name, type }) => type === "tree" && pathText(name) === step)?.oid;
  }
  const files: ListedFile[] = [];
  const pending = root === undefined ? [] : [{ oid: root, path: "", level: 1 }];
  let seen = 0;
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    signal.throwIfAborted();
    if (at.level > MOST_LEVELS) throw over(`levels of directories, at most ${MOST_LEVELS}`, at.path);
    for (const { mode, name, oid, type } of await store.readTree(at.oid, signal)) {
      if ((seen += 1) > MOST_ENTRIES) throw over(`files and directories, at most ${MOST_ENTRIES}`, at.path);
      const path = `${at.path}${pathText(name)}`;
      if (type === "tree") pending.push({ oid, path: `${path}/`, level: at.level + 1 });
      else files.push({ oid, path, kind: kindOf(mode) });
    }
  }
  return files;
};

const kindOf = (mode: string): FleetEntry["kind"] =>
  mode === "160000" ? "submodule" : mode === "120000" ? "symlink" : "file";

const over = (what: string, path: string): GitFailed =>
  new GitFailed(
    "LimitExceeded",
    `the fleet has too many ${what}: seen at ${JSON.stringify(path.slice(0, 300))}`,
    "set EVENKEEL_FLEET_PATH to the directory that holds the declarations alone",
  );
