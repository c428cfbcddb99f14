import { connectKube, loadKubeconfig } from "@evenkeel/kube";

import type { TourCluster } from "../tour/step.ts";
import type { Clusters } from "./clusters.ts";
import { anchoredInstallations } from "./earlier-installation.ts";
import { CannotStart, explainFailure } from "./explain-failure.ts";
import { forgetInstallation } from "./installation.ts";
import type { Installation } from "./installation.ts";
import type { Screen } from "./screen.ts";

/** So long a cluster that others may do without is waited for. */
const PATIENCE_MS = 5_000;

const refuseForeignObjects = async (
  { kube, name }: TourCluster,
  installation: Installation,
  signal: AbortSignal,
): Promise<void> => {
  const others = (await anchoredInstallations(kube, signal)).filter((other) => other !== installation.id);
  if (others.length === 0) return;
  await forgetInstallation(installation);
  throw new CannotStart(
    `the state in ${installation.dir} is new, but cluster ${name} holds objects of installation ${others.join(", ")}: ` +
      `pass --take-over ${others[0]} to go on as that one, or remove the ConfigMaps ek-* in namespace evenkeel-system`,
  );
};

/**
 * Connects to the clusters of this start; refuses those that hold objects of another installation if this one is new.
 * The sample fleet is meant for these clusters. A fleet of one's own (`isOwnFleet`) names its own: one that cannot be
 * reached is told, and the others go on.
 */
export const connectClusters = async (
  clusters: Pick<Clusters, "kubeconfig" | "sample">,
  start: { readonly isOwnFleet: boolean; readonly isNew: boolean; readonly installation: Installation },
  screen: Pick<Screen, "bad">,
  stop: AbortSignal,
): Promise<readonly TourCluster[] & AsyncDisposable> => {
  await using stack = new AsyncDisposableStack();
  const connected: TourCluster[] = [];
  for (const { context, env, name } of clusters.sample) {
    const late = AbortSignal.timeout(PATIENCE_MS);
    const signal = start.isOwnFleet ? AbortSignal.any([stop, late]) : stop;
    try {
      const access = await loadKubeconfig(clusters.kubeconfig, context);
      const cluster = { name, env, kube: stack.use(await connectKube(access, {}, signal)) };
      if (start.isNew) await refuseForeignObjects(cluster, start.installation, signal);
      connected.push(cluster);
    } catch (error) {
      const why = late.aborted ? `no answer within ${PATIENCE_MS / 1000} s` : explainFailure(error);
      if (!start.isOwnFleet || stop.aborted || error instanceof CannotStart || why === undefined) throw error;
      const words = why.replace(/; start it, or pass another --kubeconfig$/, "");
      screen.bad(
        `context ${context} of ${clusters.kubeconfig}: ${words}; start it, or mend its context: it is tried again, and what is not meant for it goes on meanwhile`,
      );
    }
  }
  const owned = stack.move();
  return Object.assign(connected, { [Symbol.asyncDispose]: () => owned.disposeAsync() });
};
