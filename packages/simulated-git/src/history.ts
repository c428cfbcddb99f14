import { parseCommit } from "@evenkeel/git";

import { linksOf } from "./objects.ts";
import type { GitObject } from "./objects.ts";

/** Finds a commit of a history; throws where it is missing. */
export type FindCommit = (oid: string) => GitObject;

export const parentsOf = (commit: GitObject): readonly string[] => linksOf(commit).slice(1);

/** Seconds since 1970, by which git orders what it lists. */
const dateOf = (commit: GitObject): number => {
  const known = dates.get(commit);
  if (known !== undefined) return known;
  const { time } = parseCommit(commit.body, commit.oid).committer;
  dates.set(commit, time);
  return time;
};
const dates = new WeakMap<GitObject, number>();

/** The commit itself and all that it descends from. */
export const historyOf = (find: FindCommit, from: string): ReadonlySet<string> => {
  const seen = new Set([from]);
  for (const oid of seen) for (const parent of parentsOf(find(oid))) seen.add(parent);
  return seen;
};

/** Also of a commit with itself. */
export const descendsFrom = (find: FindCommit, descendant: string, ancestor: string): boolean => {
  const seen = new Set([descendant]);
  for (const oid of seen) {
    if (oid === ancestor) return true;
    for (const parent of parentsOf(find(oid))) seen.add(parent);
  }
  return false;
};

/** Commits of one history that are not in the other, as `git rev-list` orders them: by date, then as they were come to. */
export const listBetween = (find: FindCommit, newer: string, older: string, most: number): readonly string[] => {
  const known = historyOf(find, older);
  const queue = known.has(newer) ? [] : [find(newer)];
  const seen = new Set([newer]);
  const found: string[] = [];
  for (let commit = queue.shift(); commit !== undefined && found.length < most; commit = queue.shift()) {
    found.push(commit.oid);
    for (const oid of parentsOf(commit)) {
      if (seen.has(oid) || known.has(oid)) continue;
      seen.add(oid);
      const parent = find(oid);
      const place = queue.findIndex((other) => dateOf(other) < dateOf(parent));
      queue.splice(place < 0 ? queue.length : place, 0, parent);
    }
  }
  return found;
};

/** The nearest commit that both descend from; of several any one. */
export const mergeBase = (find: FindCommit, one: string, other: string): string | undefined => {
  const history = historyOf(find, one);
  for (const oid of historyOf(find, other)) if (history.has(oid)) return oid;
  return undefined;
};
