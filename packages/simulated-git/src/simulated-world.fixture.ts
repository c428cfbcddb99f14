// For tests only.
import { parseRepositoryUrl } from "@evenkeel/git";
import type { Credentials, GitStore, Remote, RemotePolicy, StoreLimits } from "@evenkeel/git";

import type { FileChanges } from "./edit-tree.ts";
import { GitDisk } from "./git-disk.ts";
import { GitHosts } from "./git-hosts.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { ObjectType } from "./objects.ts";
import { MOMENT } from "./played-world.fixture.ts";
import type { PlayedRepository, PlayedWorld, Trouble } from "./played-world.fixture.ts";
import { simulatedGit } from "./simulated-git.ts";

const policy: RemotePolicy = {
  allowedHosts: "any",
  privateHosts: [],
  allowHttpLoopback: false,
  allowFileBelow: undefined,
};
const anyone: Credentials = { kind: "none" };
const signal = AbortSignal.timeout(600_000);

const isSame = (one: Credentials, other: Credentials): boolean => JSON.stringify(one) === JSON.stringify(other);

export class SimulatedRepository implements PlayedRepository {
  readonly hosted: HostedRepository;
  readonly remote: Remote;
  readonly #hosts: GitHosts;
  #at = MOMENT;

  constructor(hosts: GitHosts, name: string, login: Credentials | undefined) {
    const url = `https://git.example.org/${name}.git`;
    this.#hosts = hosts;
    this.hosted = hosts.create(url, login && { mayRead: (credentials) => isSame(credentials, login) });
    this.remote = { url: parseRepositoryUrl(url, policy), credentials: login ?? anyone };
  }

  async commit(branch: string, files: FileChanges, at = (this.#at += 1)): Promise<string> {
    return this.hosted.commit(branch, files, { at });
  }

  async move(branch: string, from: string, to: string): Promise<string> {
    return this.hosted.move(branch, from, to, { at: (this.#at += 1) });
  }

  async merge(branch: string, other: string): Promise<string> {
    return this.hosted.merge(branch, other, { at: (this.#at += 1) });
  }

  async rewrite(branch: string, files: FileChanges, back = 1): Promise<string> {
    return this.hosted.rewrite(branch, files, { at: (this.#at += 1), back });
  }

  async point(ref: string, oid: string | undefined): Promise<void> {
    if (oid === undefined) this.hosted.remove(ref);
    else this.hosted.point(ref, oid);
  }

  async tag(name: string, target: string, message: string): Promise<string> {
    return this.hosted.tag(name, target, { message, at: (this.#at += 1) });
  }

  async setHead(branch: string): Promise<void> {
    this.hosted.setHead(branch);
  }

  async write(type: ObjectType, body: string | Uint8Array): Promise<string> {
    return this.hosted.write(type, body);
  }

  async lose(oid: string): Promise<void> {
    this.hosted.lose(oid);
  }

  async damage(oid: string): Promise<void> {
    this.hosted.damage(oid);
  }

  async makeShallow(): Promise<void> {
    this.hosted.isShallow = true;
  }

  async lag(): Promise<AsyncDisposable> {
    const lagging = this.#hosts.fault({ kind: "lagging" }, { url: this.hosted.url });
    return { [Symbol.asyncDispose]: async () => lagging[Symbol.dispose]() };
  }
}

export interface SimulatedWorld extends PlayedWorld {
  create(name: string, login?: Credentials): Promise<SimulatedRepository>;
}

export const simulatedWorld = async (): Promise<SimulatedWorld> => {
  const hosts = new GitHosts();
  const disk = new GitDisk();
  const git = simulatedGit(hosts, { name: "one", disk })();
  let stores = 0;
  const open = ({ name, limits }: { readonly name?: string; readonly limits?: Partial<StoreLimits> } = {}) =>
    git.openStore(`/stores/${name ?? `unnamed-${(stores += 1)}`}`, { policy, ...(limits && { limits }) }, signal);
  return {
    create: async (name, login) => new SimulatedRepository(hosts, name, login),
    open,
    meeting: async (trouble: Trouble, { remote }) => {
      const { href } = remote.url;
      if (trouble === "absent") return { ...remote, url: parseRepositoryUrl(`${href}.not`, policy) };
      hosts.fault({ kind: trouble }, { url: href });
      return remote;
    },
    denied: () => ({ url: parseRepositoryUrl("https://10.0.0.7/shop.git", policy), credentials: anyone }),
    loseStore: async (name) => disk.loseStore(`/stores/${name}`),
    exhaust: async (): Promise<GitStore> => {
      const store = await open();
      disk.isExhausted = true;
      return store;
    },
    [Symbol.asyncDispose]: async () => git[Symbol.dispose](),
  };
};
