import { isFullId } from "@evenkeel/git";
import type { Credentials } from "@evenkeel/git";
import type { Clock } from "@evenkeel/machine";

import { editTree, entriesOf, moveInTree } from "./edit-tree.ts";
import type { FileChanges, Objects } from "./edit-tree.ts";
import { descendsFrom, mergeBase, parentsOf } from "./history.ts";
import { mergeTrees } from "./merge-trees.ts";
import { commitOf, EMPTY_TREE, linksOf, objectOf, tagOf, treeOf } from "./objects.ts";
import type { GitObject, ObjectType, Signature } from "./objects.ts";

/** How a commit is made; the time is the clock's unless given, in seconds. */
export interface CommitOptions {
  readonly message?: string;
  readonly at?: number;
  readonly author?: Omit<Signature, "at">;
}

/** One move of a ref; undefined: it was not there. HEAD moves from one branch to another, by their full names. */
export interface RefChange {
  readonly at: Date;
  readonly ref: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A repository as one replica of its host has it. */
export interface RepositoryView {
  readonly refs: ReadonlyMap<string, string>;
  readonly find: (oid: string) => GitObject | undefined;
}

export interface HostedOptions {
  /** The branch that HEAD names. */
  readonly branch?: string;
  /** Whom the host lets read; by default everybody. */
  readonly mayRead?: (credentials: Credentials) => boolean;
}

const ANA = { name: "Ana", email: "ana@example.org" };

/** A repository that people push to: each method is one push, done at once. Branches and tags go by their short names. */
export class HostedRepository {
  readonly url: string;
  readonly mayRead: (credentials: Credentials) => boolean;
  /** It lacks history itself: nothing can be fetched. */
  isShallow = false;
  readonly #clock: Clock;
  readonly #objects = new Map<string, { readonly object: GitObject; readonly since: number }>();
  readonly #damaged = new Set<string>();
  readonly #refs = new Map<string, string>();
  readonly #changes: RefChange[] = [];
  readonly #firstHead: string;
  #head: string;

  constructor(url: string, clock: Clock, { branch = "main", mayRead = () => true }: HostedOptions = {}) {
    this.url = url;
    this.mayRead = mayRead;
    this.#clock = clock;
    this.#head = this.#firstHead = `refs/heads/${branch}`;
    this.#store.put(treeOf([]));
  }

  readonly #find = (oid: string): GitObject => {
    const found = this.#objects.get(oid)?.object;
    if (found === undefined) throw new Error(`${this.url} has no object ${oid}`);
    return found;
  };

  readonly #store: Objects = {
    get: this.#find,
    put: (object) => {
      if (!this.#objects.has(object.oid)) this.#objects.set(object.oid, { object, since: this.#changes.length + 1 });
      return object.oid;
    },
  };

  /** Commits on a branch, which begins with it if need be; without files an empty commit. The commit's id. */
  commit(branch: string, files: FileChanges = {}, options: CommitOptions = {}): string {
    const tip = this.tip(branch);
    const tree = editTree(this.#store, tip === undefined ? EMPTY_TREE : this.treeOf(tip), files);
    return this.#commit(branch, tree, tip === undefined ? [] : [tip], options);
  }

  /** Commits that a file or a folder is at another path now. */
  move(branch: string, from: string, to: string, options: CommitOptions = {}): string {
    const tip = this.#tipOf(branch);
    return this.#commit(branch, moveInTree(this.#store, this.treeOf(tip), from, to), [tip], options);
  }

  /** Merges another branch, tag or commit by whole files; where both changed one, the other's is taken. */
  merge(branch: string, other: string, options: CommitOptions = {}): string {
    const [ours, theirs] = [this.#tipOf(branch), this.resolve(other)];
    const base = mergeBase(this.#find, ours, theirs);
    const trees = [base, ours, theirs].map((oid) => (oid === undefined ? EMPTY_TREE : this.treeOf(oid)));
    const [old = EMPTY_TREE, own = EMPTY_TREE, their = EMPTY_TREE] = trees;
    return this.#commit(branch, mergeTrees(this.#store, old, own, their), [ours, theirs], options);
  }

  /** Force-pushes other history: in place of the newest `back` commits one with the tip's files and these changes. */
  rewrite(branch: string, files: FileChanges = {}, { back = 1, ...options }: CommitOptions & { back?: number } = {}) {
    const tip = this.#tipOf(branch);
    const before = this.#back(tip, back);
    const tree = editTree(this.#store, this.treeOf(tip), files);
    return this.#commit(branch, tree, before === undefined ? [] : [before], { message: "Rewrite", ...options });
  }

  /** Force-pushes the branch to another commit: one behind, or any that is here. */
  reset(branch: string, commit: string): void {
    this.point(`refs/heads/${branch}`, this.#find(commit).oid);
  }

  /** Makes a branch at a commit (a branch, a tag or an id); with a name that is there it moves. */
  branch(name: string, from: string): void {
    this.point(`refs/heads/${name}`, this.resolve(from));
  }

  /** Sets a tag at a commit, moving one that is there; annotated with a message. What the ref then points to. */
  tag(name: string, from: string, { message, at = this.#seconds(), author = ANA }: CommitOptions = {}): string {
    const target = this.#find(this.resolve(from));
    const tagger = { ...author, at };
    const oid =
      message === undefined ? target.oid : this.#store.put(tagOf({ target, name, tagger, message: `${message}\n` }));
    this.point(`refs/tags/${name}`, oid);
    return oid;
  }

  /** Points a full Git ref to an object that is here. */
  point(ref: string, oid: string): void {
    this.#moved(ref, this.#find(oid).oid);
  }

  /** Deletes a full Git ref. */
  remove(ref: string): void {
    if (this.#refs.has(ref)) this.#moved(ref, undefined);
  }

  /** Makes another branch, there or not, the one that HEAD names. */
  setHead(branch: string): void {
    const after = `refs/heads/${branch}`;
    this.#changes.push({ at: this.#clock.now(), ref: "HEAD", before: this.#head, after });
    this.#head = after;
  }

  /** Writes any object, also one that no git would make. Its id. */
  write(type: ObjectType, body: string | Uint8Array): string {
    return this.#store.put(objectOf(type, Buffer.from(body)));
  }

  /** The host's disk loses an object. */
  lose(oid: string): void {
    this.#objects.delete(oid);
  }

  /** The host's disk damages an object; `repair` ends that. */
  damage(oid: string): void {
    this.#damaged.add(oid);
  }

  repair(oid: string): void {
    this.#damaged.delete(oid);
  }

  isDamaged(oid: string): boolean {
    return this.#damaged.has(oid);
  }

  /** Drops what no ref reaches, as hosts do in the end. How many objects that were. */
  collect(): number {
    const reached = new Set(this.#refs.values());
    for (const oid of reached) {
      const object = this.#objects.get(oid)?.object;
      for (const link of object === undefined ? [] : linksOf(object)) reached.add(link);
    }
    const before = this.#objects.size;
    for (const oid of this.#objects.keys()) if (!reached.has(oid) && oid !== EMPTY_TREE) this.#objects.delete(oid);
    return before - this.#objects.size;
  }

  /** The tip of a branch. */
  tip(branch: string): string | undefined {
    return this.#refs.get(`refs/heads/${branch}`);
  }

  /** The commit of a branch, a tag or a full id; a tag object's own target. */
  resolve(name: string): string {
    let oid = this.tip(name) ?? this.#refs.get(`refs/tags/${name}`) ?? name;
    for (let object = this.#find(oid); object.type === "tag"; object = this.#find(oid)) oid = linksOf(object)[0] ?? "";
    return oid;
  }

  /** The files at a branch, tag or commit, by path; the content as text. */
  files(name: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const walk = (tree: string, prefix: string): void => {
      for (const [step, { mode, oid }] of entriesOf(this.#store, tree)) {
        const path = prefix + Buffer.from(step, "latin1").toString();
        if (mode === "040000") walk(oid, `${path}/`);
        else if (mode !== "160000") found.set(path, this.#find(oid).body.toString());
      }
    };
    walk(this.treeOf(this.resolve(name)), "");
    return found;
  }

  /** Whether one commit is, or descends from, another. */
  descends(descendant: string, ancestor: string): boolean {
    return descendsFrom(this.#find, descendant, ancestor);
  }

  /** The root tree of a commit. */
  treeOf(commit: string): string {
    return linksOf(this.#find(commit))[0] ?? EMPTY_TREE;
  }

  /** Every object, for who plays the same to another Git. */
  objects(): readonly GitObject[] {
    return [...this.#objects.values()].map(({ object }) => object);
  }

  /** What pushes did to refs, oldest first. */
  get changes(): readonly RefChange[] {
    return this.#changes;
  }

  /** The changes as lines that a person reads. */
  story(): readonly string[] {
    const short = (name: string | undefined): string => (isFullId(name ?? "") ? name?.slice(0, 8) : name) ?? "nothing";
    return this.#changes.map(
      ({ at, ref, before, after }) => `${at.toISOString()} ${this.url} ${ref}: ${short(before)} → ${short(after)}`,
    );
  }

  /** As it is now, or as it was after so many changes. */
  view(changes = this.#changes.length): RepositoryView {
    const isNow = changes >= this.#changes.length;
    const refs = isNow ? new Map(this.#refs) : replayed(this.#changes.slice(0, changes));
    const head = refs.get(isNow ? this.#head : (refs.get("HEAD") ?? this.#firstHead));
    if (head === undefined) refs.delete("HEAD");
    else refs.set("HEAD", head);
    const find = (oid: string): GitObject | undefined => {
      const found = this.#objects.get(oid);
      return found === undefined || (!isNow && found.since > changes) ? undefined : found.object;
    };
    return { refs, find };
  }

  /** How many changes there were so long ago. */
  changesBefore(ms: number): number {
    const until = this.#clock.now().getTime() - ms;
    const later = this.#changes.findIndex(({ at }) => at.getTime() > until);
    return later < 0 ? this.#changes.length : later;
  }

  #commit(branch: string, tree: string, parents: readonly string[], options: CommitOptions): string {
    const { message = "Change", at = this.#seconds(), author = ANA } = options;
    const who = { ...author, at };
    const oid = this.#store.put(commitOf({ tree, parents, author: who, committer: who, message: `${message}\n` }));
    this.#moved(`refs/heads/${branch}`, oid);
    return oid;
  }

  #moved(ref: string, after: string | undefined): void {
    this.#changes.push({ at: this.#clock.now(), ref, before: this.#refs.get(ref), after });
    if (after === undefined) this.#refs.delete(ref);
    else this.#refs.set(ref, after);
  }

  #tipOf(branch: string): string {
    const tip = this.tip(branch);
    if (tip === undefined) throw new Error(`${this.url} has no branch ${branch}`);
    return tip;
  }

  #back(tip: string, steps: number): string | undefined {
    let at: string | undefined = tip;
    for (let step = 0; step < steps && at !== undefined; step += 1) at = parentsOf(this.#find(at))[0];
    return at;
  }

  #seconds(): number {
    return Math.floor(this.#clock.now().getTime() / 1000);
  }
}

const replayed = (changes: readonly RefChange[]): Map<string, string> => {
  const refs = new Map<string, string>();
  for (const { ref, after } of changes)
    if (after === undefined) refs.delete(ref);
    else refs.set(ref, after);
  return refs;
};
