import { createHash } from "node:crypto";
import { join } from "node:path";

import { parseRepositoryUrl } from "@evenkeel/git";
import type { GitStore, Remote, RemotePolicy } from "@evenkeel/git";

import type { SourceWatcherConfig } from "../config.ts";
import type { Source } from "../core/source.ts";
import type { Deps } from "../deps.ts";
import { readAccess } from "./read-secret.ts";

/** Which remotes may be asked: the fleet's own host and those of the start options. */
export const policyOf = (config: SourceWatcherConfig): RemotePolicy => {
  const fleetHost = /^(?:https|ssh):\/\/(?:[^@/]*@)?([^:/]+)/.exec(config.fleet.url)?.[1]?.toLowerCase();
  const hosts = config.gitHosts.map((host) => host.toLowerCase());
  return {
    allowedHosts: hosts.includes("any") ? "any" : [...hosts, ...(fleetHost === undefined ? [] : [fleetHost])],
    privateHosts: config.privateHosts,
    allowHttpLoopback: config.allowHttpLoopback,
    allowFileBelow: config.allowFileBelow,
  };
};

/** Checks a source's URL and reads its credentials; throws GitFailed or SecretMissing. */
export const openRemote = async ({ config, disk }: Pick<Deps, "config" | "disk">, source: Source): Promise<Remote> => {
  const url = parseRepositoryUrl(source.url, policyOf(config));
  return { url, ...(await readAccess(disk, config.secretsDir, source.credentials)) };
};

/** Opens the bare repository of a source: one a source and URL, so that no source can damage another's. */
export const openSourceStore = (
  { config, git }: Pick<Deps, "config" | "git">,
  source: Source,
  signal: AbortSignal,
): Promise<GitStore> => {
  const name = createHash("sha256").update(`${source.id}\0${source.url}`).digest("hex").slice(0, 24);
  const options = { policy: policyOf(config), limits: { idleMs: 600_000 } };
  return git.openStore(join(config.storeDir, name), options, signal);
};
