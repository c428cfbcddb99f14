/** All files of one commit. */
export type Files = ReadonlyMap<string, string>;

/** What is written over the files before: undefined removes. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** One commit of one repository, as it was pushed. */
export interface Pushed {
  readonly repository: string;
  readonly id: string;
  /** Position among all pushes of the world, from 1. */
  readonly order: number;
  readonly files: Files;
  /** What it was made on; undefined: nothing. */
  readonly parent: Pushed | undefined;
}

/** Whether a commit is, or comes from, the one of that id. */
export const descends = (commit: Pushed | undefined, from: string): boolean => {
  for (let each = commit; each !== undefined; each = each.parent) if (each.id === from) return true;
  return false;
};

/** Where commits go to. */
export interface Host {
  /** Makes a commit on `parent` (undefined: a root) and moves the branch to it, descendant or not; its id. */
  push(repository: string, parent: string | undefined, files: Files, message: string): string;
  /** Moves the branch to a commit that is there. */
  reset(repository: string, id: string): void;
}

/** What was pushed to the repositories of a world, the branch each has, and every commit by its id. */
export interface History {
  /** The tip of a repository's branch. */
  tip(repository: string): Pushed | undefined;
  commit(id: string): Pushed | undefined;
  /** Commits on the tip, or on an earlier commit that the branch then leaves. */
  push(repository: string, changes: Changes, message: string, on?: Pushed): Pushed;
  /** Moves the branch back to the tip's parent, if it has one. */
  pushBehind(repository: string): Pushed | undefined;
  readonly pushes: number;
}

const changed = (files: Files, changes: Changes): Files => {
  const next = new Map(files);
  for (const [path, text] of Object.entries(changes)) {
    if (text === undefined) next.delete(path);
    else next.set(path, text);
  }
  return next;
};

export const createHistory = (host: Host): History => {
  const tips = new Map<string, Pushed>();
  const commits = new Map<string, Pushed>();
  let pushes = 0;
  return {
    tip: (repository) => tips.get(repository),
    commit: (id) => commits.get(id),
    push: (repository, changes, message, on = tips.get(repository)) => {
      const files = changed(on?.files ?? new Map(), changes);
      const id = host.push(repository, on?.id, files, message);
      const pushed: Pushed = { repository, id, order: (pushes += 1), files, parent: on };
      tips.set(repository, pushed);
      commits.set(id, pushed);
      return pushed;
    },
    pushBehind: (repository) => {
      const parent = tips.get(repository)?.parent;
      if (parent === undefined) return undefined;
      host.reset(repository, parent.id);
      tips.set(repository, parent);
      return parent;
    },
    get pushes() {
      return pushes;
    },
  };
};
