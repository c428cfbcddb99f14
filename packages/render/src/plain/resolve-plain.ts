import { collectFiles } from "../closure.ts";
import type { Closure } from "../closure.ts";
import { refuse } from "../render-refused.ts";
import type { PlainParameters } from "../request.ts";
import { relativeTo } from "../source/repo-path.ts";
import { refuseEntry } from "../source/repository-view.ts";
import type { RepositoryView } from "../source/repository-view.ts";
import { PROGRAM } from "../why-empty.ts";
import { matchesGlob } from "./glob.ts";

const MANIFEST = /\.(?:ya?ml|json)$/;

/** The manifests below a directory, by the globs of the application. */
export const resolvePlain = async (
  view: RepositoryView,
  path: string,
  parameters: PlainParameters,
): Promise<Closure> => {
  const { recurse = true, include = [], exclude = [] } = parameters;
  const collected = collectFiles(view);
  const isWanted = (relative: string): boolean =>
    MANIFEST.test(relative) &&
    (include.length === 0 || include.some((glob) => matchesGlob(relative, glob))) &&
    !exclude.some((glob) => matchesGlob(relative, glob));

  let program: string | undefined;
  const pending = [path];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const entry of await view.list(directory)) {
      const wanted = isWanted(relativeTo(entry.path, path));
      if (entry.kind === "directory") {
        if (recurse) pending.push(entry.path);
      } else if (entry.kind === "submodule") throw refuseEntry(entry);
      else if (wanted) await collected.add(entry, path, "yaml");
      else if (PROGRAM.test(entry.path)) program ??= entry.path;
    }
  }
  const files = collected.files();
  return { kind: "plain", root: path, files, warnings: [], ...(program === undefined ? {} : { program }) };
};

/** Throws `PathMissing` unless the path is a directory. */
export const requireDirectory = async (view: RepositoryView, path: string): Promise<void> => {
  const entry = await view.find(path);
  if (entry?.kind === "directory") return;
  if (entry?.kind === "symlink" || entry?.kind === "submodule") throw refuseEntry(entry);
  const problem = entry === undefined ? "the path does not exist at this commit" : "the path is a file";
  throw refuse("PathMissing", path, problem, "name a directory in spec.path, or bring it back");
};
