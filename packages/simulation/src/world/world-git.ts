import { GitDisk, GitHosts, simulatedGit } from "@evenkeel/simulated-git";
import type { AroundCall, FileChange, FileChanges } from "@evenkeel/simulated-git";
import type { OpenGit } from "@evenkeel/git";

import { currentProcess } from "../process/simulated-process.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { Wire } from "../process/wire.ts";
import type { Files, Host } from "../truth/history.ts";

/** The Git host of a world, as people push to it and as source-watchers reach it. */
export interface WorldGit {
  readonly hosts: GitHosts;
  readonly host: Host;
  urlOf(repository: string): string;
  attach(process: SimulatedProcess, wire: Wire): void;
  /** `disk`: what a watcher has fetched, kept over its restarts. */
  openGit(process: SimulatedProcess, disk: GitDisk): OpenGit;
}

const BRANCH = "main";
const urlOf = (repository: string): string => `https://git.example.org/${repository}.git`;

const changesOf = (before: Files, after: Files): FileChanges => {
  const changes: Record<string, FileChange> = {};
  for (const path of before.keys()) if (!after.has(path)) changes[path] = null;
  for (const [path, text] of after) if (before.get(path) !== text) changes[path] = text;
  return changes;
};

export const openWorldGit = (own: SimulatedProcess, repositories: readonly string[]): WorldGit => {
  const wires = new Map<string, Wire>();
  const around: AroundCall = (call, pass) => {
    const wire = wires.get(currentProcess()?.name ?? "");
    if (wire === undefined) return pass();
    return new Promise((resolve, reject) => {
      wire.send(() => {
        own.run(pass).then(
          (answer) => wire.answer(() => resolve(answer)),
          (error: unknown) => wire.answer(() => reject(error as Error)),
        );
      });
      void call;
    });
  };
  const hosts = new GitHosts({ ...own.machine, call: around });
  const files = new Map<string, Files>();
  for (const name of repositories) hosts.create(urlOf(name));
  const repositoryOf = (name: string) => {
    const found = hosts.repository(urlOf(name));
    if (found === undefined) throw new RangeError(`the world has no repository ${name}`);
    return found;
  };
  return {
    hosts,
    urlOf,
    attach: (process, wire) => {
      wires.set(process.name, wire);
      process.killed.addEventListener("abort", () => wires.delete(process.name));
    },
    openGit: (process, disk) => simulatedGit(hosts, { name: process.name, disk }),
    host: {
      push: (name, parent, after, message) => {
        const repository = repositoryOf(name);
        if (parent !== undefined && repository.tip(BRANCH) !== parent) repository.reset(BRANCH, parent);
        const id = repository.commit(BRANCH, changesOf(files.get(parent ?? "") ?? new Map(), after), { message });
        files.set(id, after);
        return id;
      },
      reset: (name, id) => repositoryOf(name).reset(BRANCH, id),
    },
  };
};
