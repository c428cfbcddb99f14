// For tests only.
import { createEmbeddedCluster, openInProcess } from "@evenkeel/embedded-cluster";
import { connectKube, connectOver, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";

import { admissionPolicies, isActive, mutateAsPolicies } from "./admission-cases.fixture.ts";

/** One server that the matrix runs on. */
export interface MatrixTarget {
  readonly name: string;
  readonly available: boolean;
  open(signal: AbortSignal): Promise<Kube>;
  /** Resolves once what admission does in the rows is done. */
  admit(kube: Kube, namespace: string, signal: AbortSignal): Promise<void>;
}

const real: MatrixTarget = {
  name: "a real kube-apiserver",
  available: controlPlaneAvailable,
  open: async (signal) => connectKube(await loadKubeconfig((await sharedControlPlane()).kubeconfigPath), {}, signal),
  admit: async (kube, namespace, signal) => {
    for (const object of admissionPolicies) await kube.serverSideApply({ object, force: false, dryRun: false }, signal);
    await eventually(() => isActive(kube, namespace, signal), { timeoutMs: 30_000 });
  },
};

const embedded = (): MatrixTarget => {
  const cluster = createEmbeddedCluster({ name: "matrix" });
  return {
    name: "the embedded cluster",
    available: true,
    open: (signal) => connectOver(openInProcess(cluster), cluster, signal),
    admit: async () => {
      cluster.mutate({ name: "matrix", review: mutateAsPolicies });
    },
  };
};

export const matrixTargets: readonly MatrixTarget[] = [real, embedded()];
