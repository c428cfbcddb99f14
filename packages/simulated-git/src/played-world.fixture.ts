// For tests only: one script for real git and for the simulated one.
import type { Credentials, GitReason, GitStore, Remote, StoreLimits } from "@evenkeel/git";

import type { FileChanges } from "./edit-tree.ts";
import type { ObjectType } from "./objects.ts";

/** A file as a tree has it, its path as latin1. */
export interface TreeFile {
  readonly mode: string;
  readonly oid: string;
  readonly path: string;
}

/** A repository that a test pushes to; both kinds make the same ids of the same calls. */
export interface PlayedRepository {
  readonly remote: Remote;
  commit(branch: string, files: FileChanges, at?: number): Promise<string>;
  move(branch: string, from: string, to: string): Promise<string>;
  /** `files`: all of the result, where the simulated one has made it before. */
  merge(branch: string, other: string, files: readonly TreeFile[]): Promise<string>;
  rewrite(branch: string, files: FileChanges, back?: number): Promise<string>;
  /** Points a full ref; undefined: removes it. */
  point(ref: string, oid: string | undefined): Promise<void>;
  tag(name: string, target: string, message: string): Promise<string>;
  setHead(branch: string): Promise<void>;
  write(type: ObjectType, body: string | Uint8Array): Promise<string>;
  lose(oid: string): Promise<void>;
  damage(oid: string): Promise<void>;
  makeShallow(): Promise<void>;
  /** From now on, until disposed of, a replica answers that stands still. */
  lag(): Promise<AsyncDisposable>;
}

/** What a call may meet on its way, in the words of both kinds. */
export type Trouble = "unreachable" | "cut" | "refused" | "identity" | "redirected" | "silent" | "absent";

export const troubles: Readonly<Record<Trouble, GitReason>> = {
  unreachable: "Unreachable",
  cut: "FetchTimeout",
  refused: "AuthFailed",
  identity: "HostIdentityChanged",
  redirected: "HostDenied",
  silent: "FetchTimeout",
  absent: "AuthFailed",
};

export interface PlayedWorld extends AsyncDisposable {
  create(name: string, login?: Credentials): Promise<PlayedRepository>;
  /** A store of its own, empty at first; a name opens the same again, as a restarted service does. */
  open(options?: { readonly name?: string; readonly limits?: Partial<StoreLimits> }): Promise<GitStore>;
  /** The same repository, asked with what `trouble` needs to happen. */
  meeting(trouble: Trouble, repository: PlayedRepository): Promise<Remote>;
  /** Another way to a repository, or none: a remote that the policy of the stores denies. */
  denied(): Remote;
  /** Loses all that a store of this name has. */
  loseStore(name: string): Promise<void>;
  /** The machine can run no git from now on. */
  exhaust(): Promise<GitStore>;
}

export const MOMENT = 1_700_000_000;
