import type { Artifacts } from "@evenkeel/artifacts";
import { readDeclarationSet } from "@evenkeel/declarations";
import type { Application, Cluster } from "@evenkeel/declarations";
import { decodeSet, parseJson } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Rendered } from "../deps.ts";

/** Sets by digest, read once each and the last few kept. */
export interface Bodies {
  rendered(digest: string, signal: AbortSignal): Promise<readonly Rendered[] | undefined>;
  application(digest: string, name: string, signal: AbortSignal): Promise<Application | undefined>;
  cluster(digest: string, name: string, signal: AbortSignal): Promise<Cluster | undefined>;
}

const KEPT = 32;

const hexOf = (digest: string): string => digest.replace(/^sha256:/, "");

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
  const sets = remembering(async (digest, signal): Promise<readonly Rendered[] | undefined> => {
    if (digest === "") return [];
    const bytes = await artifacts.get(`set.${hexOf(digest)}`, signal);
    if (bytes === undefined) return undefined;
    return decodeSet(bytes, digest).map((each) => ({
      object: parseJson(each.json) as unknown as KubeObject,
      digest: each.digest,
    }));
  });
  const declarations = remembering(async (digest, signal) => {
    const bytes = digest === "" ? undefined : await artifacts.get(`declarations.${hexOf(digest)}`, signal);
    return bytes === undefined ? undefined : readDeclarationSet(bytes);
  });
  return {
    rendered: sets,
    application: async (digest, name, signal) =>
      (await declarations(digest, signal))?.applications.find(({ metadata }) => metadata.name === name),
    cluster: async (digest, name, signal) =>
      (await declarations(digest, signal))?.clusters.find(({ metadata }) => metadata.name === name),
  };
};
