// For tests only: what the contract says of a remote and of a store, it says of real git and of git in memory.
import { pathText } from "@evenkeel/git";
import type { GitStore } from "@evenkeel/git";

import type { PlayedRepository, PlayedWorld } from "./played-world.fixture.ts";
import { realFiles, realWorld } from "./real-world.fixture.ts";
import { simulatedWorld } from "./simulated-world.fixture.ts";

export const main = "refs/heads/main";
export const NONE = "f".repeat(40);
export const signal = AbortSignal.timeout(300_000);

type Worlds = readonly (readonly [name: string, open: () => Promise<PlayedWorld>])[];

/** Asked over a network that has troubles of its own. */
export const hosts: Worlds = [
  ["real git", realWorld],
  ["git in memory", simulatedWorld],
];

export const worlds: Worlds = [...hosts, ["real git on files", realFiles]];

/** One repository, and one store. */
export interface ShopWorld {
  readonly world: PlayedWorld;
  readonly shop: PlayedRepository;
  readonly store: GitStore;
}

export const shopIn = async (openWorld: () => Promise<PlayedWorld>): Promise<ShopWorld> => {
  const world = await openWorld();
  return { world, shop: await world.create("shop"), store: await world.open() };
};

export const fetched = (store: GitStore, { remote }: PlayedRepository, ref = main): Promise<string> =>
  store.fetchCandidate(remote, ref, 1, signal);

/** Why a call failed, or what it answered. */
export const reasonOf = async (call: () => Promise<unknown>): Promise<unknown> => {
  try {
    return { answered: await call() };
  } catch (error) {
    return (error as { readonly reason?: unknown }).reason ?? error;
  }
};

/** Every path of a commit with its mode, id and size, as a service comes to read them. */
export const everyFile = async (store: GitStore, commit: string): Promise<readonly string[]> => {
  const below = async (tree: string, prefix: string): Promise<readonly string[]> => {
    const lines: string[] = [];
    for (const { mode, name, oid, type } of await store.readTree(tree, signal)) {
      const path = prefix + pathText(name);
      const size = type === "commit" ? "-" : (await store.readObject(oid, signal))?.size;
      lines.push(`${mode} ${oid} ${type === "tree" ? "" : size} ${path}`);
      if (type === "tree") lines.push(...(await below(oid, `${path}/`)));
    }
    return lines;
  };
  return below((await store.readCommit(commit, signal)).tree, "");
};
