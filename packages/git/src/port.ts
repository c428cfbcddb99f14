import type { Ancestry } from "@evenkeel/words";

import type { Credentials } from "./credentials.ts";
import type { Commit, RawObject, TreeEntry } from "./parse-objects.ts";
import type { RemotePolicy, RepositoryUrl } from "./repository-url.ts";

/** Git as a service reaches it. `realGit` runs git itself; a simulation gives its own, held to it by one contract. */
export interface Git extends Disposable {
  /** Opens, and if need be creates, the store at an absolute directory that belongs to this process. */
  openStore(dir: string, settings: StoreSettings, signal: AbortSignal): Promise<GitStore>;
}

/** Makes a service's way to Git, once a run; disposed of when that ends. */
export type OpenGit = () => Git;

/** A repository to ask, with what is needed to ask it. */
export interface Remote {
  readonly url: RepositoryUrl;
  readonly credentials: Credentials;
  /** PEM of a private certificate authority. */
  readonly ca?: string;
}

export interface StoreSettings {
  readonly policy: RemotePolicy;
  readonly limits?: Partial<StoreLimits>;
}

export interface StoreLimits {
  readonly packBytes: number;
  readonly addressSpaceBytes: number;
  readonly askMs: number;
  readonly fetchMs: number;
  readonly localMs: number;
  /** Bytes of a listing or a difference. */
  readonly listingBytes: number;
  /** Largest object that is read. */
  readonly objectBytes: number;
  /** How long the object reader stays without work. */
  readonly idleMs: number;
}

export const defaultStoreLimits: StoreLimits = {
  packBytes: 2 * 1024 ** 3,
  addressSpaceBytes: 1024 ** 3,
  askMs: 30_000,
  fetchMs: 120_000,
  localMs: 30_000,
  listingBytes: 64 * 1024 ** 2,
  objectBytes: 10 * 1024 ** 2,
  idleMs: 30_000,
};

/**
 * A bare repository of our own, without a checkout: it asks and fetches from remotes and reads objects by full id.
 * Every method throws GitFailed with its reason, or the signal's reason when aborted.
 */
export interface GitStore extends AsyncDisposable {
  /** Begins again with nothing: for a store whose content the disk has lost or damaged. */
  renew(signal: AbortSignal): Promise<void>;
  /** The object ids of the asked full Git refs, as the remote has them now; an absent ref is absent from the map. */
  lsRemote(remote: Remote, refs: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * Fetches one full Git ref, or one full commit id, with its whole history into the candidate ref `n` and gives its
   * object id (of the tag object, for an annotated tag). One fetch runs at a time in a store.
   */
  fetchCandidate(remote: Remote, ref: string, n: number, signal: AbortSignal): Promise<string>;
  /** Three answers: yes, no, or that one of the two commits is missing from this complete store. */
  isAncestor(ancestor: string, descendant: string, signal: AbortSignal): Promise<Ancestry>;
  /** Whether the store holds the object. */
  has(oid: string, signal: AbortSignal): Promise<boolean>;
  /** One object as stored, or undefined; `body` is undefined above the object cap. */
  readObject(oid: string, signal: AbortSignal): Promise<RawObject | undefined>;
  /** The commit of a full id; an annotated tag is followed to its commit. */
  readCommit(oid: string, signal: AbortSignal): Promise<Commit>;
  /** The entries of one tree, in Git's order. */
  readTree(oid: string, signal: AbortSignal): Promise<readonly TreeEntry[]>;
  /** One tree as stored: `parseTree` reads it. */
  readTreeBody(oid: string, signal: AbortSignal): Promise<Buffer>;
  /** The bytes of one blob, as committed. */
  readBlob(oid: string, signal: AbortSignal): Promise<Buffer>;
  /** The commits reachable from `newer` but not from `older`, newest first, at most `max`. */
  revListBetween(newer: string, older: string, max: number, signal: AbortSignal): Promise<readonly string[]>;
  /** Keeps a commit that is here, with its history, under the number `n`: it is told in negotiations. */
  keepAccepted(n: number, oid: string): Promise<void>;
  /** Makes one pack of many, after some hundred fetches that each left one; resolves to whether it did. */
  tidy(signal: AbortSignal, mostPacks?: number): Promise<boolean>;
}
