import { collectFiles } from "../closure.ts";
import type { Closure } from "../closure.ts";
import { refuse } from "../render-refused.ts";
import type { HelmParameters } from "../request.ts";
import { YAML_OF_A_CHART } from "./chart.ts";
import { commonDirectory, directoryOf, isWithin, joinPath } from "../source/repo-path.ts";
import { refuseEntry } from "../source/repository-view.ts";
import type { RepositoryView } from "../source/repository-view.ts";

/** The whole tree of a chart and the values files, which may lie elsewhere in the repository. */
export const resolveHelm = async (
  view: RepositoryView,
  path: string,
  parameters: HelmParameters | undefined,
): Promise<Closure> => {
  const collected = collectFiles(view);
  if ((await view.find(joinPath(path, "Chart.yaml", path)))?.kind !== "file") {
    throw refuse("ChartRefused", path, "no Chart.yaml here", "name the directory of a chart in spec.path");
  }
  const pending = [path];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const entry of await view.list(directory)) {
      if (entry.kind === "directory") pending.push(entry.path);
      else if (entry.kind === "submodule") throw refuseEntry(entry);
      else await collected.add(entry, path, YAML_OF_A_CHART.test(entry.path) ? "yaml" : "data");
    }
  }
  const directories = [path];
  for (const written of parameters?.valuesFiles ?? []) {
    const file = joinPath(".", written, path);
    const entry = await view.find(file);
    if (entry?.kind !== "file" && entry?.kind !== "symlink") {
      throw refuse("RenderFailed", path, `the values file ${file} does not exist`, "commit it, or correct its path");
    }
    await collected.add(entry, isWithin(file, path) ? path : directoryOf(file), "yaml");
    directories.push(directoryOf(file));
  }
  return { kind: "helm", root: commonDirectory(directories), files: collected.files(), warnings: [] };
};
