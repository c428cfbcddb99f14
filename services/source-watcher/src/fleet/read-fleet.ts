import { declarationSet, readDeclarations } from "@evenkeel/artifacts";
import {
  declarationSetDigest,
  declarationSetJson,
  fleetFileOf,
  parseFleet,
  roleOf,
  stampSeq,
} from "@evenkeel/declarations";
import { parallel } from "@evenkeel/async";
import type { DeclarationSet, FleetEntry, FleetFile, ParsedFleet } from "@evenkeel/declarations";
import type { GitStore } from "@evenkeel/git";

import type { Deps } from "../deps.ts";
import { listFleet } from "./list-fleet.ts";

/** A fleet revision that cannot be accepted: there is nothing below its path, and an error is never an empty list. */
export class FleetMissing extends Error {
  override readonly name = "FleetMissing";
}

/** The files of the fleet at one revision, by the rule of packages/declarations. Throws GitFailed or FleetMissing. */
export const readFleetFiles = async (
  store: GitStore,
  revision: string,
  path: string,
  signal: AbortSignal,
): Promise<readonly FleetFile[]> => {
  const { tree } = await store.readCommit(revision, signal);
  const entries = await listFleet(store, tree, path === "." ? [] : path.split("/"), signal);
  const files: FleetFile[] = [];
  await parallel(entries, AT_ONCE, async ({ oid, ...entry }) => {
    const file = await readEntry(store, oid, entry, signal);
    if (file !== undefined) files.push(file);
  });
  if (files.length === 0)
    throw new FleetMissing(
      `the fleet repository has no *.yaml, *.yml or *.json below ${path === "." ? "its root" : path} at ${revision}`,
    );
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

const AT_ONCE = 32;

const readEntry = async (
  store: GitStore,
  oid: string,
  entry: Omit<FleetEntry, "size">,
  signal: AbortSignal,
): Promise<FleetFile | undefined> => {
  const small = { ...entry, size: 0 };
  if (roleOf(small) !== "read") return fleetFileOf(small, undefined);
  const object = await store.readObject(oid, signal);
  return fleetFileOf({ ...entry, size: object?.size ?? 0 }, object?.body);
};

/** What was accepted last: by its digest, else parsed again from the accepted revision. */
export const previousSet = async (
  deps: Deps,
  store: GitStore,
  tip: { readonly declarationsDigest: string; readonly revision: string; readonly seq: bigint } | undefined,
  signal: AbortSignal,
): Promise<DeclarationSet | undefined> => {
  if (tip === undefined) return undefined;
  const stored = await readDeclarations(deps.artifacts, tip.declarationsDigest, signal);
  if (stored !== undefined) return stored;
  if (!(await store.has(tip.revision, signal))) return undefined;
  const { path, localCluster } = deps.config.fleet;
  const files = await readFleetFiles(store, tip.revision, path, signal);
  return stampSeq(parseFleet(files, { localCluster }).set, undefined, Number(tip.seq));
};

export const parseFleetFiles = (
  { config }: Pick<Deps, "config">,
  files: readonly FleetFile[],
  previous: DeclarationSet | undefined,
): ParsedFleet =>
  parseFleet(files, {
    localCluster: config.fleet.localCluster,
    ...(previous === undefined ? {} : { previous }),
  });

/** Stores the whole set under its digest: before any tip points to it. */
export const storeSet = async ({ artifacts }: Deps, set: DeclarationSet, signal: AbortSignal): Promise<string> => {
  const digest = declarationSetDigest(set);
  await artifacts.put(declarationSet(digest), new TextEncoder().encode(declarationSetJson(set)), signal);
  return digest;
};
