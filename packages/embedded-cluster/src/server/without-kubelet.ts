import type { ClusterState } from "./cluster-state.ts";
import type { ResourcePath } from "./request-info.ts";
import { ApiRefusal, notFound } from "./status.ts";

/** What a kubelet would do for a Pod, in words. */
const KUBELET_DOES: Readonly<Record<string, string>> = {
  attach: "nothing can be attached to it",
  ephemeralcontainers: "nothing can be debugged in it",
  exec: "nothing can be executed in it",
  log: "it has no log",
  portforward: "none of its ports can be forwarded",
  proxy: "nothing in it can be reached",
};

/** Why a subresource of a Pod that only a kubelet could serve is not there; undefined for any other path. */
export const withoutKubelet = (cluster: ClusterState, target: ResourcePath): ApiRefusal | undefined => {
  const { group, name, namespace, plural, subresource } = target;
  if (group !== "" || plural !== "pods" || target.tooLong) return undefined;
  const problem = Object.hasOwn(KUBELET_DOES, subresource) ? KUBELET_DOES[subresource] : undefined;
  if (problem === undefined) return undefined;
  if (cluster.store.get({ group, plural, namespace, name }) === undefined) return notFound({ group, plural }, name);
  const message = `pods ${JSON.stringify(name)} runs no container, for this cluster is embedded and has no kubelet: ${problem}`;
  return new ApiRefusal(501, "NotImplemented", message, { name, kind: plural });
};
