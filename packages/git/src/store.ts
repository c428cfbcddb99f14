import { mkdir, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { sweepCallDirectories } from "./call-directory.ts";
import { explainLocal, explainRemote } from "./explain-failure.ts";
import { GitFailed } from "./git-failed.ts";
import { isFullId, isFullRef } from "./git-ref.ts";
import { ObjectReader } from "./object-reader.ts";
import type { RawObject } from "./object-reader.ts";
import {
  parseChanges,
  parseCommit,
  parseListing,
  parseRemoteRefs,
  parseTagTarget,
  parseTree,
} from "./parse-objects.ts";
import type { Commit, ListedEntry, TreeChange, TreeEntry } from "./parse-objects.ts";
import type { RemotePolicy } from "./repository-url.ts";
import { defaultPrograms } from "./run-git.ts";
import type { Programs } from "./run-git.ts";
import { defaultStoreLimits, storeCalls } from "./store-calls.ts";
import type { Remote, StoreCalls, StoreLimits } from "./store-calls.ts";

export interface StoreOptions {
  readonly policy: RemotePolicy;
  readonly limits?: Partial<StoreLimits>;
  readonly programs?: Programs;
  readonly objectFormat?: "sha1" | "sha256";
}

/** Whether `ancestor` is reachable from `descendant`; `missing` means that the complete store lacks one of the two. */
export type Ancestry = "yes" | "no" | "missing";

const E = "--end-of-options";

/**
 * A bare repository of our own, without a checkout: it asks and fetches from remotes and reads objects by full id.
 * Every method throws GitFailed with its reason, or the signal's reason when aborted.
 */
export class GitStore implements AsyncDisposable {
  readonly #dir: string;
  readonly #limits: StoreLimits;
  readonly #calls: StoreCalls;
  readonly #objects: ObjectReader;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(dir: string, options: StoreOptions) {
    this.#dir = dir;
    this.#limits = { ...defaultStoreLimits, ...options.limits };
    this.#calls = storeCalls(dir, options.policy, this.#limits, options.programs ?? defaultPrograms);
    this.#objects = new ObjectReader(this.#calls.startBatch, this.#limits.objectBytes, this.#limits.idleMs);
  }

  /** Creates the repository unless it is there, and removes what a killed fetch left behind. */
  async init(format: "sha1" | "sha256", signal: AbortSignal): Promise<void> {
    await sweepCallDirectories();
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const there = await stat(join(this.#dir, "HEAD")).then(
      () => true,
      () => false,
    );
    if (!there)
      await this.#calls.local(
        ["init", "--quiet", "--bare", "--template=", `--object-format=${format}`],
        "making a store",
        signal,
      );
    await this.#removeTemporaryPacks();
  }

  /** The object ids of the asked full Git refs, as the remote has them now; an absent ref is absent from the map. */
  async lsRemote(remote: Remote, refs: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    for (const ref of refs) if (!isFullRef(ref)) throw notARef(ref);
    const what = `repository ${remote.url.href}: asking for ${refs.length === 1 ? refs[0] : `${refs.length} refs`}`;
    const result = await this.#calls.remote(
      remote,
      ["ls-remote", E, remote.url.href, ...refs],
      this.#limits.askMs,
      signal,
    );
    if (result.status !== 0) throw explainRemote(what, result, this.#limits.askMs);
    const found = parseRemoteRefs(result.stdout); // ls-remote matches tails, so it may answer more than was asked
    return new Map([...found].filter(([name]) => refs.includes(name)));
  }

  /** All tags of the remote: full name to object id; `refs/tags/x^{}` names the commit of an annotated one. */
  async lsRemoteTags(remote: Remote, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const argv = ["ls-remote", E, remote.url.href, "refs/tags/*"];
    const result = await this.#calls.remote(remote, argv, this.#limits.askMs, signal);
    if (result.status !== 0)
      throw explainRemote(`repository ${remote.url.href}: asking for its tags`, result, this.#limits.askMs);
    return new Map([...parseRemoteRefs(result.stdout)].filter(([name]) => name.startsWith("refs/tags/")));
  }

  /**
   * Fetches one full Git ref, or one full commit id, with its whole history into `refs/evenkeel/candidate/<n>` and
   * gives its object id (of the tag object, for an annotated tag). One fetch runs at a time in a store.
   */
  fetchCandidate(remote: Remote, ref: string, n: number, signal: AbortSignal): Promise<string> {
    if (!isFullRef(ref) && !isFullId(ref)) throw notARef(ref);
    return this.#exclusive(async () => {
      const target = `refs/evenkeel/candidate/${checkNumber(n)}`;
      const argv = [
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
        "--no-auto-maintenance",
        E,
        remote.url.href,
        `+${ref}:${target}`,
      ];
      await this.#setAside(n);
      try {
        const result = await this.#calls.remote(remote, argv, this.#limits.fetchMs, signal);
        const what = `repository ${remote.url.href}: fetching ${ref}`;
        if (result.status !== 0)
          throw (await this.#packTooLarge(what)) ?? explainRemote(what, result, this.#limits.fetchMs);
      } catch (error) {
        await this.#removeTemporaryPacks();
        throw error;
      }
      const fetched = (await readFile(join(this.#dir, target), "latin1").catch(() => "")).trim();
      // From a shallow remote git takes nothing, says nothing and exits 0.
      if (!isFullId(fetched) || (await this.isShallow()))
        throw new GitFailed(
          "ServerCapability",
          `repository ${remote.url.href} is shallow`,
          "serve a complete repository: ancestry cannot be judged in a shallow one",
        );
      return fetched;
    });
  }

  /** Whether the store itself lacks history; it never should. */
  isShallow(): Promise<boolean> {
    return stat(join(this.#dir, "shallow")).then(
      ({ size }) => size > 0,
      () => false,
    );
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

  /** What changed from one tree or commit to another, changed trees included; renames are a delete and a create. */
  async diffTrees(before: string, after: string, signal: AbortSignal): Promise<readonly TreeChange[]> {
    const argv = ["diff-tree", "-r", "-t", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", E];
    const ids = [checkId(before), checkId(after)];
    return parseChanges(
      (await this.#calls.local([...argv, ...ids], `comparing ${before} with ${after}`, signal)).stdout,
    );
  }

  /** The commits reachable from `newer` but not from `older`, newest first, at most `max`. */
  async revListBetween(newer: string, older: string, max: number, signal: AbortSignal): Promise<readonly string[]> {
    const argv = ["rev-list", `--max-count=${checkNumber(max)}`, E, checkId(newer), `^${checkId(older)}`];
    const { stdout } = await this.#calls.local(argv, `listing commits up to ${newer}`, signal);
    return stdout.toString("latin1").split("\n").filter(isFullId);
  }

  /** Moves `refs/evenkeel/accepted/<n>` from `older` (undefined: it must not exist) to `newer`; keeps its history alive. */
  async updateAccepted(n: number, newer: string, older: string | undefined, signal: AbortSignal): Promise<void> {
    const expected = older === undefined ? "0".repeat(newer.length) : checkId(older);
    const ref = `refs/evenkeel/accepted/${checkNumber(n)}`;
    await this.#calls.local(["update-ref", "--no-deref", E, ref, checkId(newer), expected], `moving ${ref}`, signal);
  }

  /** The id under `refs/evenkeel/accepted/<n>`, if there is one. */
  async readAccepted(n: number): Promise<string | undefined> {
    const file = join(this.#dir, `refs/evenkeel/accepted/${checkNumber(n)}`);
    const text = await readFile(file, "latin1").catch(() => "");
    return isFullId(text.trim()) ? text.trim() : undefined;
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
        `object ${oid} has ${object.size} bytes, more than ${this.#limits.objectBytes}`,
        "keep large files out of the paths of applications",
      );
    return { type: object.type, body: object.body };
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(work);
    this.#writing = result.catch(() => {});
    return result;
  }

  // What the ref held stays known to the next negotiation, but cannot be taken for the answer of this fetch.
  async #setAside(n: number): Promise<void> {
    await mkdir(join(this.#dir, "refs/evenkeel/previous"), { recursive: true });
    const ref = (kind: string): string => join(this.#dir, `refs/evenkeel/${kind}/${n}`);
    await rename(ref("candidate"), ref("previous")).catch(ignoreMissing);
  }

  // The kernel ends index-pack at the cap and git only says "invalid index-pack output": the half pack's size tells.
  async #packTooLarge(what: string): Promise<GitFailed | undefined> {
    const sizes = await Promise.all((await this.#temporaryPacks()).map(async (file) => (await stat(file)).size));
    return Math.max(0, ...sizes) < this.#limits.packBytes
      ? undefined
      : new GitFailed(
          "LimitExceeded",
          `${what} stopped: the pack is larger than ${this.#limits.packBytes} bytes`,
          "make the repository smaller, or raise the pack limit of the source-watcher",
        );
  }

  // A killed fetch leaves its half pack; index-pack never reuses one.
  async #removeTemporaryPacks(): Promise<void> {
    await Promise.all((await this.#temporaryPacks()).map((file) => rm(file, { force: true })));
  }

  async #temporaryPacks(): Promise<readonly string[]> {
    const dir = join(this.#dir, "objects/pack");
    const names = await readdir(dir).catch(() => []);
    return names.filter((name) => name.startsWith("tmp_")).map((name) => join(dir, name));
  }
}

const checkId = (oid: string): string => {
  if (!isFullId(oid))
    throw new GitFailed("RefInvalid", `${JSON.stringify(oid.slice(0, 80))} is not a full id`, "use one");
  return oid;
};
const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== "ENOENT") throw error;
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
  await store.init(options.objectFormat ?? "sha1", signal);
  return store;
};
