import type { ServedKind } from "../kinds/kind-strategy.ts";
import type { Call, ClusterState } from "./cluster-state.ts";

const SELF = { name: "system:apiserver", groups: ["system:masters"] } as const;

/** A call that the API server makes of itself, as the manager `kube-apiserver`. */
export const internalCall = (cluster: ClusterState, kind: ServedKind, namespace: string, name: string): Call => ({
  cluster,
  request: {
    method: "PUT",
    path: "",
    headers: { "user-agent": "kube-apiserver" },
    body: new Uint8Array(),
    user: SELF,
    signal: cluster.closed,
  },
  query: new URLSearchParams(),
  kind,
  resource: { group: kind.group, plural: kind.plural },
  namespace,
  name,
  subresource: "",
  user: SELF,
  warnings: [],
});
