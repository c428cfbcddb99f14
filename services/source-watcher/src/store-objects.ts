import { newObjects } from "@evenkeel/git";
import type { GitStore } from "@evenkeel/git";

import type { Deps } from "./deps.ts";
import { inParallel } from "./in-parallel.ts";

const width = 48;

/** Whether a tree and all below it are on the bus: the root is put last, and a server that is killed loses its last writes. */
export const isStored = ({ artifacts }: Pick<Deps, "artifacts">, tree: string, signal: AbortSignal): Promise<boolean> =>
  artifacts.has(`git.${tree}`, signal);

/**
 * Puts every tree and blob of a revision where the renderer reads them, before anything points to it. With `storedTree`
 * (all of whose objects are known to be there) only what differs from it; without, or where Git has lost that one,
 * whatever the bus lacks. The root tree goes last: where it is, all the others are.
 */
export const storeObjects = async (
  { artifacts, bus, telemetry }: Deps,
  store: GitStore,
  tree: string,
  storedTree: string | undefined,
  signal: AbortSignal,
): Promise<void> => {
  const base = storedTree !== undefined && (await store.has(storedTree, signal)) ? storedTree : undefined;
  const wanted = base === undefined ? await missingOf(tree) : await newObjects(store, base, tree, signal);
  const put = async (oid: string): Promise<void> => {
    const object = await store.readObject(oid, signal);
    if (object?.body !== undefined) return artifacts.put(`git.${oid}`, object.body, signal);
    telemetry.log.warn("git object is not stored", { oid, bytes: object?.size ?? 0 });
    // Who would read it refuses it, by the name that it has there; all else of the repository goes on.
    if (object !== undefined) await artifacts.omit(`git.${oid}`, object.size, signal);
  };
  const below = [...wanted].filter((oid) => oid !== tree);
  await inParallel(below, width, put);
  if (below.length < wanted.size || base === undefined) await put(tree);

  async function missingOf(root: string): Promise<ReadonlySet<string>> {
    const [oids, keys] = await Promise.all([
      newObjects(store, undefined, root, signal),
      bus.bytes("blobs").keys("git.>", signal),
    ]);
    const stored = new Set(keys);
    return new Set([...oids].filter((oid) => !stored.has(`git.${oid}`) && !stored.has(`git.${oid}.omitted`)));
  }
};
