import { GitFailed } from "@evenkeel/git";

import type { GitObject } from "./objects.ts";

/** What one store keeps. */
export interface KeptStore {
  readonly objects: Map<string, GitObject>;
  /** Own refs: `accepted/<n>`, `candidate/<n>`, `previous/<n>`. */
  readonly refs: Map<string, string>;
  /** How many packs its objects are in. */
  packs: number;
}

/** The disk of one watcher: stores by their directory. It outlives a restart of who uses it, unless somebody loses it. */
export class GitDisk {
  readonly #stores = new Map<string, KeptStore>();
  /** The machine can start no git, or write nothing. */
  isExhausted = false;

  /** The store at a directory, made if need be. Throws GitFailed. */
  open(dir: string): KeptStore {
    this.check();
    const found = this.#stores.get(dir);
    if (found !== undefined) return found;
    const made = { objects: new Map(), refs: new Map(), packs: 0 };
    this.#stores.set(dir, made);
    return made;
  }

  /** Throws GitFailed where the machine can do nothing. */
  check(): void {
    if (this.isExhausted)
      throw new GitFailed("ResourceExhausted", "git could not be started", "free processes and memory");
  }

  /** Directories of the stores. */
  dirs(): readonly string[] {
    return [...this.#stores.keys()];
  }

  /** Empties one store, or all of them, also under who has them open. */
  loseStore(dir?: string): void {
    for (const [at, kept] of this.#stores) if (dir === undefined || at === dir) empty(kept);
  }

  /** One object can be read no more in any store. Whether one had it. */
  loseObject(oid: string): boolean {
    return [...this.#stores.values()].map(({ objects }) => objects.delete(oid)).includes(true);
  }
}

export const empty = (kept: KeptStore): void => {
  kept.objects.clear();
  kept.refs.clear();
  kept.packs = 0;
};
