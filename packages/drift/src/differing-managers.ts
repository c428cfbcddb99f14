import type { KubeObject } from "@evenkeel/resource";

import { compileMask, leafPaths } from "./field-mask.ts";
import { entriesOf, isOwnEntry } from "./owned-entry.ts";
import type { ManagedEntry } from "./owned-entry.ts";

/** Who wrote a differing field, as managedFields tells it. */
export interface Attribution {
  readonly manager: string;
  readonly operation: string;
  /** RFC 3339, "" when the server gave none. */
  readonly time: string;
}

const UNKNOWN: Attribution = { manager: "unknown", operation: "", time: "" };

const isWithin = (path: string, ancestor: string): boolean =>
  path === ancestor || (path.startsWith(ancestor) && /^[.[]/.test(path.slice(ancestor.length)));

const covers = (entry: ManagedEntry, paths: readonly string[]): boolean => {
  try {
    const leaves = leafPaths(compileMask(entry.fieldsV1));
    return leaves.some((leaf) => paths.some((path) => isWithin(path, leaf) || isWithin(leaf, path)));
  } catch {
    return false; // an entry that cannot be read covers nothing; the times still tell
  }
};

const attributionOf = ({ manager, operation, time }: ManagedEntry): Attribution => ({ manager, operation, time });

/** Live entries that cover a differing path, else those newer than our apply, else `unknown`. */
export const managersOf = (live: KubeObject, paths: readonly string[], applied: string): readonly Attribution[] => {
  const entries = entriesOf(live);
  const others = entries.filter((entry) => !isOwnEntry(entry));
  const covering = others.filter((entry) => covers(entry, paths));
  if (covering.length > 0) return covering.map(attributionOf);
  const newer = entries.filter((entry) => entry.time > applied || (!isOwnEntry(entry) && entry.time === applied));
  return newer.length > 0 ? newer.map(attributionOf) : [UNKNOWN];
};
