import type { OwnState } from "@evenkeel/bus";

type Swept<Key> = Pick<OwnState<Uint8Array, Key>, "list" | "delete">;

const nameOf = (key: object): string => Object.values(key).join(".");

/** Keys that nobody needed at a sweep, each with the revision of its value. */
export type Unneeded = ReadonlyMap<string, number>;

/** What a sweep came to: what it removed, and what the next one may remove. */
export interface Sweep {
  readonly removed: number;
  readonly unneeded: Unneeded;
}

const AT_ONCE = 32;

/**
 * Removes what neither the sweep before nor this one found needed, if nobody has put it again since. So whoever trusts a
 * body that lies there has the time between two sweeps to say that it is needed; a body put again is a new revision.
 */
export const sweepBodies = async <Key extends object>(
  blobs: Swept<Key>,
  some: Partial<Key>,
  isNeeded: (key: Key, at: Date) => boolean,
  before: Unneeded,
  signal: AbortSignal,
): Promise<Sweep> => {
  const unneeded = new Map<string, number>();
  const goes: (readonly [key: Key, revision: number])[] = [];
  for (const { key, revision, at } of await blobs.list(some, signal)) {
    if (isNeeded(key, at)) continue;
    if (before.get(nameOf(key)) === revision) goes.push([key, revision]);
    else unneeded.set(nameOf(key), revision);
  }
  let removed = 0;
  for (let at = 0; at < goes.length; at += AT_ONCE) {
    const some = goes.slice(at, at + AT_ONCE);
    const ended = await Promise.allSettled(some.map(([key, revision]) => blobs.delete(key, revision, signal)));
    removed += ended.filter(({ status }) => status === "fulfilled").length; // else it was put again meanwhile
    signal.throwIfAborted();
  }
  return { removed, unneeded };
};
