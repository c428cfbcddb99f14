import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import { createEmbeddedCluster } from "../embedded-cluster.ts";
import type { ApiHandler, ApiRequest } from "../server/exchange.ts";

const keyOf = (name: string) => ({ group: "", plural: "configmaps", namespace: "n", name });

/** A cluster with a namespace `n` that tells what it was asked, and whose ConfigMaps come and go from outside. */
export const tinyCluster = (clock: Clock = systemClock) => {
  const cluster = createEmbeddedCluster({ name: "tiny", clock });
  const { store } = cluster;
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } };
  store.put({ group: "", plural: "namespaces", namespace: "", name: "n" }, namespace);
  const asked: ApiRequest[] = [];
  const handle: ApiHandler = async (request) => {
    asked.push(request);
    if (request.path !== "/whoami") return cluster.handle(request);
    return { kind: "plain", status: 200, headers: {}, body: JSON.stringify({ kind: "User", user: request.user }) };
  };
  return {
    name: cluster.name,
    clock,
    store,
    handle,
    asked,
    put: (name: string, data: Record<string, string>): void => {
      const metadata = { name, namespace: "n", uid: `uid-${name}` };
      store.put(keyOf(name), { apiVersion: "v1", kind: "ConfigMap", metadata, data });
    },
    remove: (name: string): void => void store.remove(keyOf(name)),
    names: (): readonly string[] => store.list("", "configmaps").map(({ key }) => key.name),
    watching: (): number => asked.filter(({ path, signal }) => path.includes("watch=1") && !signal.aborted).length,
  };
};
