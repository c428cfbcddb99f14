import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { listContexts } from "@evenkeel/kube";

import type { SampleCluster } from "../tour/sample-files.ts";
import { startEmbeddedClusters } from "./embedded-clusters.ts";
import { aboutFile } from "./explain-failure.ts";
import type { Screen } from "./screen.ts";

/** The clusters of this start: three embedded ones, or those of a kubeconfig. */
export interface Clusters extends AsyncDisposable {
  readonly kubeconfig: string;
  /** What the sample fleet declares. */
  readonly sample: readonly SampleCluster[];
  /** Deployments roll out here. */
  readonly rollsOut: boolean;
  /** The script by which a visitor without kubectl edits the Deployment `web` by hand; its argument is a number. */
  readonly editByHand?: string;
}

/** The kubeconfig names nothing to connect to. */
export class NoContext extends Error {
  override readonly name = "NoContext";
}

const ofKubeconfig = async (file: string): Promise<Clusters> => {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw aboutFile("--kubeconfig", file, error);
  });
  const { current, names } = listContexts(text);
  const context = current ?? names[0];
  if (context === undefined) throw new NoContext(`${file} names no context`);
  return {
    kubeconfig: resolve(file),
    sample: [{ name: "local", env: "prod", context }],
    rollsOut: false,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
};

/** Opens the clusters; embedded ones keep their objects below `dir` if `isKept`. */
export const openClusters = async (
  kubeconfig: string | undefined,
  folder: { readonly dir: string; readonly isKept: boolean },
  screen: Screen,
): Promise<Clusters> => {
  if (kubeconfig !== undefined) return ofKubeconfig(kubeconfig);
  const starting = screen.begin("starting three embedded clusters");
  const clusters = await startEmbeddedClusters(folder);
  starting(`clusters ${clusters.sample.map(({ name }) => name).join(", ")}: embedded API ${clusters.version}`);
  return clusters;
};
