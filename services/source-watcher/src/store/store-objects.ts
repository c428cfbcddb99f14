import { gitObject } from "@evenkeel/artifacts";
import { parallel } from "@evenkeel/async";
import { buckets } from "@evenkeel/contracts";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";
import { newObjects } from "@evenkeel/git";
import type { GitStore } from "@evenkeel/git";
import { readsOfRenders } from "@evenkeel/render";
import type { Application, DeclarationSet } from "@evenkeel/declarations";

import { isSmall, quotaRefused } from "../core/quota-refused.ts";
import type { Deps } from "../deps.ts";
import type { SourceMemory } from "../accept/source-memory.ts";

const WIDTH = 48;
/** Objects older than this are put again rather than trusted to stay: nobody may have needed them for long. */
const TRUSTED_MS = 10 * 60_000;

/** A source is given no more of the store. */
export class QuotaExceeded extends Error {
  override readonly name = "QuotaExceeded";
}

/** Whether a tree and all below it are on the bus: the root is put last, and a server that is killed loses its last writes. */
export const isStored = ({ artifacts }: Pick<Deps, "artifacts">, tree: string, signal: AbortSignal): Promise<boolean> =>
  artifacts.has(gitObject(tree), signal);

/** What to store for: the applications of a source. */
export interface StoreFor {
  readonly source: string;
  readonly set: DeclarationSet;
  readonly memory: SourceMemory;
}

const appsOf = ({ set, source }: StoreFor): readonly Application[] =>
  set.applications.filter(({ spec }) => spec.repository === source);

/** Names what the applications of a source may read: another name, and other files may be needed of the same tree. */
export const needsOf = (wanted: StoreFor): string =>
  sha256Hex(canonicalJson(appsOf(wanted).map(({ spec: { path, render } }) => ({ path, render })) as unknown as Json));

/** Beside the root of a tree that is not stored whole: for which needs it is. */
const needsOfTree = (tree: string) => ({ oid: tree, part: "needs" });

/** Needs that a stored tree serves; undefined: it is stored whole. */
export const storedNeeds = async ({ bus }: Deps, tree: string, signal: AbortSignal): Promise<string | undefined> => {
  const marker = await bus.state(buckets.gitObject).get(needsOfTree(tree), signal);
  return marker?.value === undefined ? undefined : new TextDecoder().decode(marker.value);
};

interface Sized {
  readonly oid: string;
  readonly bytes: number;
  readonly isTree: boolean;
}

const sizesOf = async (store: GitStore, oids: Iterable<string>, signal: AbortSignal): Promise<readonly Sized[]> => {
  const sized: Sized[] = [];
  await parallel([...oids], WIDTH, async (oid) => {
    const object = await store.readObject(oid, signal);
    // What is too large for a file takes no space, as only its size is kept.
    sized.push({ oid, bytes: object?.body?.length ?? 0, isTree: object?.type === "tree" });
  });
  return sized;
};
const sum = (objects: readonly Sized[]): number => objects.reduce((total, { bytes }) => total + bytes, 0);

/** As the renderer reads names: text where it is text. */
const nameOf = (name: Uint8Array): string | Uint8Array => {
  const text = Buffer.from(name).toString("utf8");
  return Buffer.compare(Buffer.from(text), name) === 0 ? text : name;
};

/** Of a large repository: its trees, and the files that its applications read. */
export const neededOf = async (
  store: GitStore,
  tree: string,
  wanted: StoreFor,
  all: readonly Sized[],
  signal: AbortSignal,
): Promise<readonly Sized[]> => {
  const source = {
    readTree: async (oid: string, until: AbortSignal) =>
      (await store.readTree(oid, until)).map((entry) => ({ ...entry, name: nameOf(entry.name) })),
    readBlob: (oid: string, until: AbortSignal) => store.readBlob(oid, until),
  };
  const requests = appsOf(wanted).map(({ spec: { path, render } }) => ({ tree, path, spec: render }));
  const read = await readsOfRenders(requests, source, signal);
  return all.filter(({ oid, isTree }) => isTree || read.has(oid));
};

const roomOf = ({ bus }: Deps, signal: AbortSignal) => bus.storeLevel("blobs", signal);

/** What of a revision has to be put, and what it is put for. */
interface StorePlan {
  readonly missing: readonly Sized[];
  readonly needs: string | undefined;
  readonly wholeBytes: number;
}

const planStore = async (
  deps: Deps,
  store: GitStore,
  { tree, base }: { readonly tree: string; readonly base: string | undefined },
  wanted: StoreFor,
  signal: AbortSignal,
): Promise<StorePlan> => {
  const { memory } = wanted;
  const quotaBytes = deps.config.sourceQuotaBytes;
  const changed = await sizesOf(store, await newObjects(store, base, tree, signal), signal);
  const everything = async (): Promise<readonly Sized[]> =>
    base === undefined ? changed : sizesOf(store, await newObjects(store, undefined, tree, signal), signal);
  const isCounted = base !== undefined && memory.wholeBytes !== undefined;
  const wholeBytes = isCounted ? sum(changed) + (memory.wholeBytes ?? 0) : sum(await everything());
  const whole = isSmall(wholeBytes, quotaBytes);
  const needed = whole ? changed : await neededOf(store, tree, wanted, await everything(), signal);
  const baseIsWhole = base !== undefined && (await needsAt(deps, base, memory, signal)) === undefined;
  const all = whole && !baseIsWhole ? await everything() : needed;
  const stored = baseIsWhole ? new Set<string>() : await storedObjects(deps, signal);
  const missing = all.filter(({ oid }) => !stored.has(oid));
  const why = quotaRefused({
    neededBytes: whole ? wholeBytes : sum(needed),
    quotaBytes,
    newBytes: sum(missing),
    store: await roomOf(deps, signal),
  });
  if (why !== undefined) throw new QuotaExceeded(why);
  return { missing, needs: whole ? undefined : needsOf(wanted), wholeBytes };
};

const needsAt = async (
  deps: Deps,
  tree: string,
  { storedFor }: SourceMemory,
  signal: AbortSignal,
): Promise<string | undefined> => (storedFor?.tree === tree ? storedFor.needs : storedNeeds(deps, tree, signal));

/** Puts one object of a repository where the renderer reads it. */
export const putObject = async (
  { artifacts, telemetry }: Pick<Deps, "artifacts" | "telemetry">,
  store: GitStore,
  oid: string,
  signal: AbortSignal,
): Promise<void> => {
  const object = await store.readObject(oid, signal);
  if (object?.body !== undefined) return artifacts.put(gitObject(oid), object.body, signal);
  telemetry.log.warn("git object is not stored", { oid, bytes: object?.size ?? 0 });
  // Who would read it refuses it, by the name that it has there; all else of the repository goes on.
  if (object !== undefined) await artifacts.omit(gitObject(oid), object.size, signal);
};

/** A refusal holds for this long: the repository need not be read again at each look. */
const REFUSED_MS = 10 * 60_000;

interface TreeToStore {
  readonly tree: string;
  readonly storedTree: string | undefined;
}

/**
 * Puts what a revision's applications need where the renderer reads it, before anything points to it: the whole of a small
 * repository, else its trees and the files that they read. With `storedTree` (all of whose objects are known to be there)
 * only what differs from it; without, or where Git has lost that one, whatever the bus lacks. The root tree goes last:
 * where it is, all the others are. Throws QuotaExceeded before anything is put.
 */
export const storeObjects = async (
  deps: Deps,
  store: GitStore,
  { tree, storedTree }: TreeToStore,
  wanted: StoreFor,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, clock } = deps;
  const { memory } = wanted;
  const asked = `${tree} ${needsOf(wanted)}`;
  const { refused } = memory;
  const isHeld = refused?.asked === asked && clock.monotonic() - refused.atMs < REFUSED_MS;
  // Who gave the stores more room, as a refusal says, does not wait for it.
  if (isHeld && (await roomOf(deps, signal)).maxBytes <= refused.maxBytes) throw refused.error;
  memory.refused = undefined;
  const base = storedTree !== undefined && (await store.has(storedTree, signal)) ? storedTree : undefined;
  let plan: StorePlan;
  try {
    plan = await planStore(deps, store, { tree, base }, wanted, signal);
  } catch (error) {
    if (error instanceof QuotaExceeded) {
      const { maxBytes } = await roomOf(deps, signal);
      memory.refused = { asked, atMs: clock.monotonic(), maxBytes, error };
    }
    throw error;
  }
  const put = (oid: string): Promise<void> => putObject(deps, store, oid, signal);
  const below = plan.missing.map(({ oid }) => oid).filter((oid) => oid !== tree);
  await parallel(below, WIDTH, put);
  const { needs } = plan;
  if (needs !== undefined) {
    const text = new TextEncoder().encode(needs);
    await bus.ownState(buckets.gitObject).put(needsOfTree(tree), text, signal);
  }
  if (below.length < plan.missing.length || base === undefined) await put(tree);
  memory.wholeBytes = plan.wholeBytes;
  memory.storedFor = { tree, needs };
};

/** Objects that were put, or left out for their size, lately enough to stay. */
const storedObjects = async ({ bus, clock }: Deps, signal: AbortSignal): Promise<ReadonlySet<string>> => {
  const since = clock.now().getTime() - TRUSTED_MS;
  const entries = await bus.state(buckets.gitObject).list({}, signal);
  const isOwn = (part: string | undefined): boolean => part === undefined || part === "omitted";
  const kept = entries.filter(({ at, key }) => at.getTime() >= since && isOwn(key.part));
  return new Set(kept.map(({ key }) => key.oid));
};
