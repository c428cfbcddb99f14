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

/** Keeps the promises of the last keys asked for; one that fails or finds nothing is asked again. */
const remembering = <T>(load: (key: string, signal: AbortSignal) => Promise<T | undefined>) => {
  const kept = new Map<string, Promise<T | undefined>>();
  return (key: string, signal: AbortSignal): Promise<T | undefined> => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const loading = load(key, signal);
    kept.set(key, loading);
    const forget = (): void => void kept.delete(key);
    loading.then((found) => (found === undefined ? forget() : undefined), forget);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return loading;
  };
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
