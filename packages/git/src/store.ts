import { mkdir, rm } from "node:fs/promises";

import type { Ancestry } from "@evenkeel/words";

import { sweepCallDirectories } from "./call-directory.ts";
import { askRemote, fetchRef } from "./ask-remote.ts";
import { explainLocal } from "./explain-failure.ts";
import { checkId, checkNumber, checkRef } from "./check-arguments.ts";
import { isFullId } from "./git-ref.ts";
import { ObjectReader } from "./object-reader.ts";
import { parseTree } from "./parse-objects.ts";
import type { Commit, RawObject, TreeEntry } from "./parse-objects.ts";
import { defaultStoreLimits } from "./port.ts";
import type { GitStore, Remote, StoreLimits } from "./port.ts";
import { readBodyOf, readCommitOf } from "./read-typed.ts";
import type { Readable } from "./read-typed.ts";
import { storeCalls } from "./store-calls.ts";
import type { StoreCalls, StoreOptions } from "./store-calls.ts";
import { StoreFiles } from "./store-files.ts";

const E = "--end-of-options";

/** The port's store by git itself: a bare repository on this disk. */
export class BareStore implements GitStore {
  readonly #files: StoreFiles;
  readonly #format: "sha1" | "sha256";
  readonly #limits: StoreLimits;
  readonly #calls: StoreCalls;
  readonly #objects: ObjectReader;
  readonly #readable: Readable;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(dir: string, options: StoreOptions) {
    this.#files = new StoreFiles(dir);
    this.#format = options.objectFormat ?? "sha1";
    this.#limits = { ...defaultStoreLimits, ...options.limits };
    this.#calls = storeCalls(dir, options, this.#limits);
    this.#objects = new ObjectReader(this.#calls.startBatch, this.#limits.objectBytes, this.#limits.idleMs);
    this.#readable = { read: (oid, signal) => this.#objects.read(oid, signal), largest: this.#limits.objectBytes };
  }

  /** Creates the repository unless it is there, and removes what a killed fetch left behind. */
  async init(signal: AbortSignal): Promise<void> {
    await sweepCallDirectories();
    if (!(await this.#files.isThere())) await this.#create(signal);
    await this.#files.removeTemporaryPacks();
  }

  renew(signal: AbortSignal): Promise<void> {
    return this.#exclusive(async () => {
      await rm(this.#files.dir, { recursive: true, force: true });
      await this.#create(signal);
    });
  }

  async lsRemote(remote: Remote, refs: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    refs.forEach(checkRef);
    return askRemote(this.#calls, this.#limits, remote, refs, signal);
  }

  fetchCandidate(remote: Remote, ref: string, n: number, signal: AbortSignal): Promise<string> {
    if (!isFullId(ref)) checkRef(ref);
    const has = (oid: string): Promise<boolean> => this.has(oid, signal);
    const into = { calls: this.#calls, limits: this.#limits, files: this.#files, has, n: checkNumber(n) };
    return this.#exclusive(async () => {
      if (!(await this.#files.isThere())) await this.#create(signal);
      return fetchRef(into, remote, ref, signal);
    });
  }

  async isAncestor(ancestor: string, descendant: string, signal: AbortSignal): Promise<Ancestry> {
    const argv = ["merge-base", "--is-ancestor", E, checkId(ancestor), checkId(descendant)];
    const result = await this.#calls.run(argv, signal);
    if (result.ended === "exit" && result.status === 0) return "yes";
    if (result.ended === "exit" && result.status === 1) return "no";
    const both = await Promise.all([this.has(ancestor, signal), this.has(descendant, signal)]);
    if (both.includes(false)) return "missing";
    throw explainLocal(`comparing ${ancestor} with ${descendant}`, result);
  }

  async has(oid: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#objects.read(checkId(oid), signal)) !== undefined;
  }

  readObject(oid: string, signal: AbortSignal): Promise<RawObject | undefined> {
    return this.#objects.read(checkId(oid), signal);
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
    const argv = ["rev-list", `--max-count=${checkNumber(max)}`, E, checkId(newer), `^${checkId(older)}`];
    const { stdout } = await this.#calls.local(argv, `listing commits up to ${newer}`, signal);
    return stdout.toString("latin1").split("\n").filter(isFullId);
  }

  keepAccepted(n: number, oid: string): Promise<void> {
    return this.#exclusive(() => this.#files.writeRef("accepted", checkNumber(n), checkId(oid)));
  }

  async tidy(signal: AbortSignal, mostPacks = 500): Promise<boolean> {
    if ((await this.#files.countPacks()) <= mostPacks) return false;
    await this.#exclusive(() => this.#calls.local(["repack", "-a", "-d", "--quiet"], "tidying a store", signal));
    await this.#objects.restart(); // an open one still reads the packs that are gone, and keeps their bytes on the disk
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#objects[Symbol.asyncDispose]();
    await this.#writing;
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

/** Opens, and if need be creates, the store at an absolute directory that belongs to this process. */
export const openStore = async (dir: string, options: StoreOptions, signal: AbortSignal): Promise<BareStore> => {
  const store = new BareStore(dir, options);
  await store.init(signal);
  return store;
};
