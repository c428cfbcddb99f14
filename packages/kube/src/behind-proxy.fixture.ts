// For tests only.
import { startHttpProxy } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";

import { boundTo, connectKube } from "./kube.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { WHO } from "./who-is-asked.ts";

/** A cluster that is reached through such a proxy, and calls that are meant for it alone. */
export const startBehindProxy = async (plane: ControlPlane, protocol: "h2" | "http/1.1") => {
  await using stack = new AsyncDisposableStack();
  const proxy = stack.use(await startHttpProxy(plane, protocol));
  const access = await loadKubeconfig(proxy.kubeconfigPath);
  const kube = stack.use(await connectKube(access, {}, AbortSignal.timeout(60_000)));
  const bound = boundTo(kube, await kube.clusterUid(AbortSignal.timeout(60_000)));
  const owned = stack.move();
  const forever = new AbortController().signal;
  return {
    proxy,
    /** How often it was asked which cluster is behind it, and how much was to be written. */
    questions: () => proxy.reached.filter(({ path }) => path === WHO.path).length,
    writes: () => proxy.reached.filter(({ method }) => method !== "GET").length,
    kube,
    bound,
    apply: (name: string, signal: AbortSignal = forever) => {
      const metadata = { name, namespace: "default" };
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata };
      return bound.serverSideApply({ object, force: true, dryRun: false }, signal);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
