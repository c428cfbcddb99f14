import { globSync } from "node:fs";
import { dirname } from "node:path";

/** What takes longest begins first, so that nothing long is left for the end while a core is idle. */
export const LONGEST = [
  "test",
  "services/applier",
  "services/source-watcher",
  "packages/bus",
  "services/renderer",
  "packages/render",
  "services/drift-detector",
  "packages/kube",
  "packages/git",
  "scripts",
  "packages/cluster-judge",
  "services/status-api",
];

const rank = (folder: string): number => {
  const at = LONGEST.indexOf(folder);
  return at < 0 ? LONGEST.length : at;
};

/** The folders of all workspaces, the longest suites first; only those whose folder has `only` in its name, if given. */
export function listSuites(root: string, only: readonly string[]): readonly string[] {
  const all = globSync("{packages/*,services/*,scripts,test}/package.json", { cwd: root }).map((path) => dirname(path));
  const wanted = only.length === 0 ? all : all.filter((folder) => only.includes(folder));
  return wanted.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
