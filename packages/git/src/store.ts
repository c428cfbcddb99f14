import { mkdir, rm } from "node:fs/promises";

import type { Ancestry } from "@evenkeel/words";

import { sweepCallDirectories } from "./call-directory.ts";
import { askRemote, fetchRef } from "./ask-remote.ts";
import { explainLocal } from "./explain-failure.ts";
import { GitFailed } from "./git-failed.ts";
import { isFullId, isFullRef } from "./git-ref.ts";
import { ObjectReader } from "./object-reader.ts";
import type { RawObject } from "./object-reader.ts";
import { parseCommit, parseListing, parseTagTarget, parseTree } from "./parse-objects.ts";
import type { Commit, ListedEntry, TreeEntry } from "./parse-objects.ts";
import { defaultStoreLimits, storeCalls } from "./store-calls.ts";
import type { Remote, StoreCalls, StoreLimits, StoreOptions } from "./store-calls.ts";
import { StoreFiles } from "./store-files.ts";

const E = "--end-of-options";

const TOO_LARGE: { readonly [type: string]: string } = {
  commit: "push another commit, with a shorter message",
  tag: "tag the commit anew, with a shorter message",
};

/**
 * A bare repository of our own, without a checkout: it asks and fetches from remotes and reads objects by full id.
 * Every method throws GitFailed with its reason, or the signal's reason when aborted.
 */
export class GitStore implements AsyncDisposable {
  readonly #files: StoreFiles;
  readonly #format: "sha1" | "sha256";
  readonly #limits: StoreLimits;
  readonly #calls: StoreCalls;
  readonly #objects: ObjectReader;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(dir: string, options: StoreOptions) {
    this.#files = new StoreFiles(dir);
    this.#format = options.objectFormat ?? "sha1";
    this.#limits = { ...defaultStoreLimits, ...options.limits };
    this.#calls = storeCalls(dir, options, this.#limits);
    this.#objects = new ObjectReader(this.#calls.startBatch, this.#limits.objectBytes, this.#limits.idleMs);
  }

  /** Creates the repository unless it is there, and removes what a killed fetch left behind. */
  async init(signal: AbortSignal): Promise<void> {
    await sweepCallDirectories();
    if (!(await this.#files.isThere())) await this.#create(signal);
    await this.#files.removeTemporaryPacks();
  }

  /** Begins again with nothing: for a store whose content the disk has lost or damaged. */
  renew(signal: AbortSignal): Promise<void> {
    return this.#exclusive(async () => {
      await rm(this.#files.dir, { recursive: true, force: true });
      await this.#create(signal);
    });
  }

  /** The object ids of the asked full Git refs, as the remote has them now; an absent ref is absent from the map. */
  async lsRemote(remote: Remote, refs: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    for (const ref of refs) if (!isFullRef(ref)) throw notARef(ref);
    return askRemote(this.#calls, this.#limits, remote, refs, signal);
  }

  /**
   * Fetches one full Git ref, or one full commit id, with its whole history into `refs/evenkeel/candidate/<n>` and
   * gives its object id (of the tag object, for an annotated tag). One fetch runs at a time in a store.
   */
  fetchCandidate(remote: Remote, ref: string, n: number, signal: AbortSignal): Promise<string> {
    if (!isFullRef(ref) && !isFullId(ref)) throw notARef(ref);
    const has = (oid: string): Promise<boolean> => this.has(oid, signal);
    const into = { calls: this.#calls, limits: this.#limits, files: this.#files, has, n: checkNumber(n) };
    return this.#exclusive(async () => {
      if (!(await this.#files.isThere())) await this.#create(signal);
      return fetchRef(into, remote, ref, signal);
    });
  }

  /** Three answers: yes, no, or that one of the two commits is missing from this complete store. */
  async isAncestor(ancestor: string, descendant: string, signal: AbortSignal): Promise<Ancestry> {
    const argv = ["merge-base", "--is-ancestor", E, checkId(ancestor), checkId(descendant)];
    const result = await this.#calls.run(argv, signal);
    if (result.ended === "exit" && result.status === 0) return "yes";
    if (result.ended === "exit" && result.status === 1) return "no";
    const both = await Promise.all([this.has(ancestor, signal), this.has(descendant, signal)]);
    if (both.includes(false)) return "missing";
    throw explainLocal(`comparing ${ancestor} with ${descendant}`, result);
  }

  /** Whether the store holds the object. */
  async has(oid: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#objects.read(checkId(oid), signal)) !== undefined;
  }

  /** One object as stored, or undefined; `body` is undefined above the object cap. */
  readObject(oid: string, signal: AbortSignal): Promise<RawObject | undefined> {
    return this.#objects.read(checkId(oid), signal);
  }

  /** The commit of a full id; an annotated tag is followed to its commit. */
  async readCommit(oid: string, signal: AbortSignal): Promise<Commit> {
    let at = oid;
    for (let depth = 0; depth < 5; depth += 1) {
      const { type, body } = await this.#present(at, signal);
      if (type === "commit") return parseCommit(body, at);
      if (type !== "tag") throw new GitFailed("RefInvalid", `${at} is a ${type}, not a commit`, "name a commit");
      at = parseTagTarget(body, at);
    }
    throw new GitFailed("ObjectCorrupt", `tag ${oid} is nested too deep`, "tag the commit itself");
  }

  /** The entries of one tree, in Git's order. */
  async readTree(oid: string, signal: AbortSignal): Promise<readonly TreeEntry[]> {
    return parseTree(await this.readTreeBody(oid, signal), oid);
  }

  /** One tree as stored: `parseTree` reads it. */
  async readTreeBody(oid: string, signal: AbortSignal): Promise<Buffer> {
    const { type, body } = await this.#present(oid, signal);
    if (type !== "tree") throw new GitFailed("ObjectCorrupt", `${oid} is a ${type}, not a tree`, "fetch it again");
    return body;
  }

  /** The bytes of one blob, as committed. */
  async readBlob(oid: string, signal: AbortSignal): Promise<Buffer> {
    const { type, body } = await this.#present(oid, signal);
    if (type !== "blob") throw new GitFailed("ObjectCorrupt", `${oid} is a ${type}, not a blob`, "fetch it again");
    return body;
  }

  /** Everything below a tree or commit, trees included. */
  async listTree(oid: string, signal: AbortSignal): Promise<readonly ListedEntry[]> {
    const argv = ["ls-tree", "-r", "-t", "-l", "-z", "--full-tree", E, checkId(oid)];
    return parseListing((await this.#calls.local(argv, `listing ${oid}`, signal)).stdout);
  }

  /** The commits reachable from `newer` but not from `older`, newest first, at most `max`. */
  async revListBetween(newer: string, older: string, max: number, signal: AbortSignal): Promise<readonly string[]> {
    const argv = ["rev-list", `--max-count=${checkNumber(max)}`, E, checkId(newer), `^${checkId(older)}`];
    const { stdout } = await this.#calls.local(argv, `listing commits up to ${newer}`, signal);
    return stdout.toString("latin1").split("\n").filter(isFullId);
  }

  /** Points `refs/evenkeel/accepted/<n>` to a commit that is here: its history stays, and is told in negotiations. */
  keepAccepted(n: number, oid: string): Promise<void> {
    return this.#exclusive(() => this.#files.writeRef("accepted", checkNumber(n), checkId(oid)));
  }

  /** Makes one pack of many, after some hundred fetches that each left one; resolves to whether it did. */
  async tidy(signal: AbortSignal, mostPacks = 500): Promise<boolean> {
    if ((await this.#files.countPacks()) <= mostPacks) return false;
    await this.#exclusive(() => this.#calls.local(["repack", "-a", "-d", "--quiet"], "tidying a store", signal));
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#objects[Symbol.asyncDispose]();
    await this.#writing;
  }

  async #present(oid: string, signal: AbortSignal): Promise<{ readonly type: string; readonly body: Buffer }> {
    const object = await this.#objects.read(checkId(oid), signal);
    if (object === undefined) throw new GitFailed("ObjectCorrupt", `object ${oid} is missing`, "it is fetched again");
    if (object.body === undefined)
      throw new GitFailed(
        "LimitExceeded",
        `${object.type} ${oid} has ${object.size} bytes, more than ${this.#limits.objectBytes}`,
        TOO_LARGE[object.type] ?? "keep large files out of the paths of applications",
      );
    return { type: object.type, body: object.body };
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(work);
    this.#writing = result.catch(() => {});
    return result;
  }

  // The object reader of a repository that is gone still has its files open.
  async #create(signal: AbortSignal): Promise<void> {
    await this.#objects.restart();
    await mkdir(this.#files.dir, { recursive: true, mode: 0o700 });
    const argv = ["init", "--quiet", "--bare", "--template=", `--object-format=${this.#format}`];
    await this.#calls.local(argv, "making a store", signal);
  }
}

const checkId = (oid: string): string => {
  if (!isFullId(oid))
    throw new GitFailed("RefInvalid", `${JSON.stringify(oid.slice(0, 80))} is not a full id`, "use one");
  return oid;
};
const notARef = (ref: string): GitFailed =>
  new GitFailed(
    "RefInvalid",
    `${JSON.stringify(ref.slice(0, 80))} is not a full Git ref`,
    "use refs/heads/NAME or refs/tags/NAME",
  );
const checkNumber = (n: number): number => {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${n} is not a number of a ref`);
  return n;
};

/** Opens, and if need be creates, the store at an absolute directory that belongs to this process. */
export const openStore = async (dir: string, options: StoreOptions, signal: AbortSignal): Promise<GitStore> => {
  const store = new GitStore(dir, options);
  await store.init(signal);
  return store;
};
