import { join } from "node:path";

import { ensurePrograms, findProgram } from "@evenkeel/programs";
import { startControlPlane } from "@evenkeel/testing";

import type { Screen } from "./screen.ts";

/** The cluster that the tour runs on: yours, or an API server of its own. */
export interface TourCluster extends AsyncDisposable {
  readonly kubeconfig: string;
}

/** No API server can be had on this machine; the message says what to pass. */
export class NoCluster extends Error {
  override readonly name = "NoCluster";
}

const needed = ["etcd", "kube-apiserver"] as const;

/** Uses the kubeconfig, or starts a kube-apiserver with etcd below the data directory, building them first if Go is here. */
export const openCluster = async (
  kubeconfig: string | undefined,
  dataDir: string,
  screen: Screen,
): Promise<TourCluster> => {
  if (kubeconfig !== undefined) return { kubeconfig, [Symbol.asyncDispose]: () => Promise.resolve() };
  const here = await Promise.all(needed.map((name) => findProgram(name)));
  if (here.some((found) => found.path === undefined)) {
    screen.say(
      "getting a Kubernetes API server, once: from its release, or built from its Go modules (about five minutes)",
    );
    const got = await ensurePrograms(needed);
    const missing = got.filter((found) => found.path === undefined);
    if (missing.length > 0) {
      throw new NoCluster(
        `no ${missing.map((found) => found.name).join(" and ")} on this machine, and none could be got: pass --kubeconfig FILE, set KUBEBUILDER_ASSETS, or install Go`,
      );
    }
  }
  const started = screen.begin("starting kube-apiserver with etcd");
  const controlPlane = await startControlPlane({ folder: join(dataDir, "cluster") });
  started(`kube-apiserver ${controlPlane.version} with etcd, on ${controlPlane.server}`);
  return { kubeconfig: controlPlane.kubeconfigPath, [Symbol.asyncDispose]: () => controlPlane[Symbol.asyncDispose]() };
};
