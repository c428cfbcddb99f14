import { createMemo } from "@evenkeel/async";
import { readDeclarations, readRendered } from "@evenkeel/artifacts";
import type { Artifacts } from "@evenkeel/artifacts";
import type { Application, Cluster } from "@evenkeel/declarations";

import type { Rendered } from "../deps.ts";

/** Sets by digest, read once each and the last few kept. */
export interface Bodies {
  rendered(digest: string, signal: AbortSignal): Promise<readonly Rendered[] | undefined>;
  application(digest: string, name: string, signal: AbortSignal): Promise<Application | undefined>;
  cluster(digest: string, name: string, signal: AbortSignal): Promise<Cluster | undefined>;
}

const KEPT = 32;

/** Remembers the last keys asked for; one that fails or finds nothing is asked again. */
const remembering = <T>(load: (key: string, signal: AbortSignal) => Promise<T | undefined>) => {
  const kept = createMemo<string, T | undefined>({ most: KEPT, isKept: (found) => found !== undefined });
  return (key: string, signal: AbortSignal): Promise<T | undefined> => kept.get(key, () => load(key, signal));
};

export const openBodies = (artifacts: Pick<Artifacts, "get">): Bodies => {
  const sets = remembering((digest, signal) => readRendered(artifacts, digest, signal));
  const declarations = remembering((digest, signal) => readDeclarations(artifacts, digest, signal));
  return {
    rendered: sets,
    application: async (digest, name, signal) =>
      (await declarations(digest, signal))?.applications.find(({ metadata }) => metadata.name === name),
    cluster: async (digest, name, signal) =>
      (await declarations(digest, signal))?.clusters.find(({ metadata }) => metadata.name === name),
  };
};
