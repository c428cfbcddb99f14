export type { FileChange, FileChanges } from "./edit-tree.ts";
export type { Fault, FaultScope, RemoteCall } from "./faults.ts";
export { GitDisk } from "./git-disk.ts";
export { GitHosts } from "./git-hosts.ts";
export type { AroundCall, GitHostsOptions } from "./git-hosts.ts";
export { HostedRepository } from "./hosted-repository.ts";
export type { CommitOptions, HostedOptions, RefChange } from "./hosted-repository.ts";
export { simulatedGit } from "./simulated-git.ts";
export type { Replica } from "./simulated-git.ts";
