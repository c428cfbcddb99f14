import {
  checkAddresses,
  checkId,
  checkNumber,
  checkRef,
  defaultStoreLimits,
  GitFailed,
  isFullId,
  parseTree,
  readBodyOf,
  readCommitOf,
} from "@evenkeel/git";
import type {
  Commit,
  GitStore,
  RawObject,
  Readable,
  Remote,
  StoreLimits,
  StoreSettings,
  TreeEntry,
} from "@evenkeel/git";
import type { Ancestry } from "@evenkeel/words";

import type { RemoteCall } from "./faults.ts";
import { empty } from "./git-disk.ts";
import type { GitDisk } from "./git-disk.ts";
import type { GitHosts } from "./git-hosts.ts";
import { descendsFrom, listBetween } from "./history.ts";
import type { HostedRepository, RepositoryView } from "./hosted-repository.ts";
import { EMPTY_TREE, linksOf, treeOf } from "./objects.ts";
import type { GitObject } from "./objects.ts";
import { takePack } from "./take-pack.ts";
import { within } from "./within.ts";

/** Whose store it is, where it is kept, and the hosts that it asks. */
export interface StorePlace {
  readonly hosts: GitHosts;
  readonly disk: GitDisk;
  readonly dir: string;
  readonly replica: string;
}

const emptyTree = treeOf([]);

/** The port's store over simulated hosts: it answers as real git does, in microtasks and the hosts' clock alone. */
export class SimulatedStore implements GitStore {
  readonly #place: StorePlace;
  readonly #settings: StoreSettings;
  readonly #limits: StoreLimits;
  readonly #readable: Readable;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(place: StorePlace, settings: StoreSettings) {
    this.#place = place;
    this.#settings = settings;
    this.#limits = { ...defaultStoreLimits, ...settings.limits };
    this.#readable = { read: (oid, signal) => this.#read(oid, signal), largest: this.#limits.objectBytes };
  }

  renew(signal: AbortSignal): Promise<void> {
    return this.#exclusive(async () => {
      signal.throwIfAborted();
      empty(this.#kept);
    });
  }

  async lsRemote(remote: Remote, refs: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    refs.forEach(checkRef);
    const what = `repository ${remote.url.href}: asking for ${refs.length === 1 ? refs[0] : `${refs.length} refs`}`;
    return this.#within(remote, what, this.#limits.askMs, (until) => this.#ask(remote, refs, what, until), signal);
  }

  fetchCandidate(remote: Remote, ref: string, n: number, signal: AbortSignal): Promise<string> {
    if (!isFullId(ref)) checkRef(ref);
    const candidate = `candidate/${checkNumber(n)}`;
    const what = `repository ${remote.url.href}: fetching ${ref}`;
    const fetch = async (until: AbortSignal): Promise<string> => {
      const oid = await this.#fetch(remote, ref, what, until);
      const { refs } = this.#kept;
      const before = refs.get(candidate);
      if (before !== undefined) refs.set(`previous/${n}`, before);
      refs.set(candidate, oid);
      return oid;
    };
    return this.#exclusive(() => this.#within(remote, what, this.#limits.fetchMs, fetch, signal));
  }

  async isAncestor(ancestor: string, descendant: string, signal: AbortSignal): Promise<Ancestry> {
    const ids = [checkId(ancestor), checkId(descendant)];
    signal.throwIfAborted();
    const [older, newer] = ids.map((oid) => this.#object(oid));
    if (older === undefined || newer === undefined) return "missing";
    const [from = older, to = newer] = [older, newer].map((object) => this.#commit(object));
    return descendsFrom((oid) => this.#present(oid), to.oid, from.oid) ? "yes" : "no";
  }

  async has(oid: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#read(checkId(oid), signal)) !== undefined;
  }

  readObject(oid: string, signal: AbortSignal): Promise<RawObject | undefined> {
    return this.#read(checkId(oid), signal);
  }

  readCommit(oid: string, signal: AbortSignal): Promise<Commit> {
    return readCommitOf(this.#readable, oid, signal);
  }

  async readTree(oid: string, signal: AbortSignal): Promise<readonly TreeEntry[]> {
    return parseTree(await this.readTreeBody(oid, signal), oid);
  }

  readTreeBody(oid: string, signal: AbortSignal): Promise<Buffer> {
    return readBodyOf(this.#readable, "tree", oid, signal);
  }

  readBlob(oid: string, signal: AbortSignal): Promise<Buffer> {
    return readBodyOf(this.#readable, "blob", oid, signal);
  }

  async revListBetween(newer: string, older: string, max: number, signal: AbortSignal): Promise<readonly string[]> {
    checkNumber(max);
    const ids = [checkId(newer), checkId(older)];
    signal.throwIfAborted();
    const [to = newer, from = older] = ids.map((oid) => this.#commit(this.#present(oid)).oid);
    return listBetween((oid) => this.#present(oid), to, from, max);
  }

  keepAccepted(n: number, oid: string): Promise<void> {
    const ref = `accepted/${checkNumber(n)}`;
    checkId(oid);
    return this.#exclusive(async () => void this.#kept.refs.set(ref, oid));
  }

  async tidy(signal: AbortSignal, mostPacks = 500): Promise<boolean> {
    if (this.#kept.packs <= mostPacks) return false;
    await this.#exclusive(async () => {
      signal.throwIfAborted();
      this.#keepReached();
    });
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
  }

  get #kept() {
    return this.#place.disk.open(this.#place.dir);
  }

  // A repack throws away what no own ref reaches.
  #keepReached(): void {
    const kept = this.#kept;
    const reached = new Set(kept.refs.values());
    for (const oid of reached) {
      const object = kept.objects.get(oid);
      for (const link of object === undefined ? [] : linksOf(object)) reached.add(link);
    }
    for (const oid of kept.objects.keys()) if (!reached.has(oid)) kept.objects.delete(oid);
    kept.packs = 1;
  }

  // As over a kept connection: the ref is asked for, then what it points to is fetched, unless it is here.
  async #fetch(remote: Remote, ref: string, what: string, until: AbortSignal): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      const oid = isFullId(ref) ? ref : (await this.#ask(remote, [ref], what, until)).get(ref);
      if (oid === undefined) throw refGone(what);
      if (this.#object(oid) !== undefined) return oid;
      const limits = { what, packBytes: this.#limits.packBytes };
      try {
        await this.#call(
          { kind: "fetch", wanted: [oid] },
          remote,
          what,
          (repository, view) => takePack(this.#kept, { repository, view }, oid, limits),
          until,
        );
        return oid;
      } catch (error) {
        // Another replica than the one that named it was asked for it: git asks both anew.
        if (!(error instanceof GitFailed) || error.reason !== "RefGone" || tries > 1) throw error;
      }
    }
  }

  #ask(
    remote: Remote,
    refs: readonly string[],
    what: string,
    until: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const answer = (_repository: HostedRepository, view: RepositoryView): ReadonlyMap<string, string> => {
      const found = refs.filter((ref) => view.refs.has(ref)).toSorted();
      return new Map(found.map((ref) => [ref, view.refs.get(ref) ?? ""]));
    };
    return this.#call({ kind: "ask", wanted: refs }, remote, what, answer, until);
  }

  #call<T>(
    { kind, wanted }: Pick<RemoteCall, "kind" | "wanted">,
    remote: Remote,
    what: string,
    answer: (repository: HostedRepository, view: RepositoryView) => T,
    until: AbortSignal,
  ): Promise<T> {
    const { hosts, replica } = this.#place;
    const call = { kind, wanted, replica, url: remote.url.href, host: remote.url.host };
    return hosts.around(call, () => hosts.serve(call, remote, what, answer, until));
  }

  async #within<T>(
    { url }: Remote,
    what: string,
    ms: number,
    work: (until: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    signal.throwIfAborted();
    const { disk, hosts } = this.#place;
    disk.check();
    checkAddresses(url, hosts.addressesOf(url.host), this.#settings.policy);
    return within(hosts.clock, ms, what, work, signal);
  }

  async #read(oid: string, signal: AbortSignal): Promise<RawObject | undefined> {
    signal.throwIfAborted();
    const object = this.#object(oid);
    if (object === undefined) return undefined;
    const { type, body } = object;
    return { oid, type, size: body.length, body: body.length > this.#limits.objectBytes ? undefined : body };
  }

  // Every git knows the empty tree, whatever a store holds.
  #object(oid: string): GitObject | undefined {
    return this.#kept.objects.get(oid) ?? (oid === EMPTY_TREE ? emptyTree : undefined);
  }

  #present(oid: string): GitObject {
    const object = this.#object(oid);
    if (object !== undefined) return object;
    throw new GitFailed("ObjectCorrupt", `object ${oid} is missing`, "it is fetched again");
  }

  #commit(object: GitObject): GitObject {
    let at = object;
    while (at.type === "tag") at = this.#present(linksOf(at)[0] ?? "");
    if (at.type === "commit") return at;
    throw new GitFailed("ObjectCorrupt", `${at.oid} is a ${at.type}, not a commit`, "it is fetched again");
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(work);
    this.#writing = result.catch(() => {});
    return result;
  }
}

const refGone = (what: string): GitFailed =>
  new GitFailed("RefGone", `${what} failed: the remote has no such Git ref`, "push it again, or declare another");
