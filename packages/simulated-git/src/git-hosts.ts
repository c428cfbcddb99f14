import { GitFailed } from "@evenkeel/git";
import type { Remote } from "@evenkeel/git";
import { systemClock, systemRng } from "@evenkeel/machine";
import type { Clock, Rng } from "@evenkeel/machine";

import { endingOf, Faults } from "./faults.ts";
import type { Fault, FaultScope, RemoteCall, Suffered } from "./faults.ts";
import { HostedRepository } from "./hosted-repository.ts";
import type { HostedOptions, RepositoryView } from "./hosted-repository.ts";

/** Stands round each call: `pass` has the host serve it, once, when it is called. May wait, hold, fail, or not pass it. */
export type AroundCall = <T>(call: RemoteCall, pass: () => Promise<T>) => Promise<T>;

export interface GitHostsOptions {
  readonly clock?: Clock;
  readonly rng?: Rng;
  readonly call?: AroundCall;
}

const passed: AroundCall = (_call, pass) => pass();
/** Of no address on earth. */
const PUBLIC = "203.0.113.1";

/** Every Git host of a simulated world, with what is pushed to them and what goes wrong on the way there. */
export class GitHosts {
  readonly clock: Clock;
  readonly around: AroundCall;
  readonly #repositories = new Map<string, HostedRepository>();
  readonly #hosts = new Set<string>();
  readonly #addresses = new Map<string, readonly string[]>();
  readonly #faults: Faults;

  constructor({ clock = systemClock, rng = systemRng, call = passed }: GitHostsOptions = {}) {
    this.clock = clock;
    this.around = call;
    this.#faults = new Faults(rng);
  }

  /** A new empty repository at a URL as declarations name it. */
  create(url: string, options: HostedOptions = {}): HostedRepository {
    const repository = new HostedRepository(url, this.clock, options);
    this.#repositories.set(url, repository);
    this.#hosts.add(hostOf(url));
    return repository;
  }

  /** From now on the host answers as if there were none at the URL. */
  remove(url: string): void {
    this.#repositories.delete(url);
  }

  repository(url: string): HostedRepository | undefined {
    return this.#repositories.get(url);
  }

  /** Where a host's name leads; by default to one public address. */
  resolve(host: string, addresses: readonly string[]): void {
    this.#addresses.set(host, addresses);
  }

  addressesOf(host: string): readonly string[] {
    return this.#addresses.get(host) ?? (/^[\d.]+$/.test(host) ? [host] : [PUBLIC]);
  }

  /** Has calls suffer a fault until it is disposed of, or is used up. */
  fault(fault: Fault, scope: FaultScope = {}): Disposable {
    const began = new Map([...this.#repositories].map(([url, { changes }]) => [url, changes.length]));
    return this.#faults.begin(fault, scope, began);
  }

  /** Ends every fault. */
  heal(): void {
    this.#faults.end();
  }

  /** Answers one call as the host does; after `until` it does nothing more. Throws GitFailed. */
  async serve<T>(
    call: RemoteCall,
    { credentials }: Pick<Remote, "credentials">,
    what: string,
    answer: (repository: HostedRepository, view: RepositoryView) => T,
    until: AbortSignal,
  ): Promise<T> {
    const suffered = this.#faults.of(call);
    for (const { fault } of suffered) {
      const ending = fault.kind === "corrupted" && call.kind === "ask" ? undefined : endingOf(fault, what);
      if (ending !== undefined) throw ending;
      if (fault.kind === "silent") return forEver();
      if (fault.kind === "slow") await this.clock.sleep(fault.ms, until);
    }
    until.throwIfAborted();
    const repository = this.#repositories.get(call.url) ?? fail(absent(call.url, what, this.#hosts.has(call.host)));
    if (!repository.mayRead(credentials)) throw endingOf({ kind: "refused" }, what) ?? new Error(what);
    const answered = answer(repository, viewOf(repository, suffered));
    return suffered.some(({ fault }) => fault.kind === "lost") ? forEver() : answered;
  }
}

const hostOf = (url: string): string => /^[a-z]+:\/\/(?:[^@/]*@)?([^:/]*)/.exec(url)?.[1]?.toLowerCase() ?? "";
const forEver = (): Promise<never> => new Promise(() => {});
const fail = (error: Error): never => {
  throw error;
};

const absent = (url: string, what: string, isHost: boolean): GitFailed =>
  isHost && !url.startsWith("file:")
    ? new GitFailed(
        "AuthFailed",
        `${what} failed: repository '${url}' not found`,
        "check that the repository exists and that the referenced secret may read it",
      )
    : new GitFailed("Unreachable", `${what} failed: there is no such host`, "check the host's name and the DNS");

/** As the replica that answers has it: the one that lags most, of those that it suffers. */
const viewOf = (repository: HostedRepository, suffered: readonly Suffered[]): RepositoryView => {
  let seen = repository.changes.length;
  for (const { fault, changesThen } of suffered) {
    if (fault.kind !== "lagging") continue;
    const { changes, ms } = fault;
    if (changes !== undefined) seen = Math.min(seen, Math.max(0, repository.changes.length - changes));
    if (ms !== undefined) seen = Math.min(seen, repository.changesBefore(ms));
    if (changes === undefined && ms === undefined) seen = Math.min(seen, changesThen);
  }
  return repository.view(seen);
};
