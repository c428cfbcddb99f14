import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

const FROM_EXTENSIONS = { Deployment: "apps", DaemonSet: "apps", ReplicaSet: "apps", PodSecurityPolicy: "policy" };
const NETWORKING = { Ingress: "networking.k8s.io", NetworkPolicy: "networking.k8s.io" };
const RBAC = "rbac.authorization.k8s.io";

/** Kinds that a server serves in two groups over one storage: by the group that is asked, the group that has the object. */
const STORED_IN: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["events.k8s.io", new Map([["Event", ""]])],
  ["extensions", new Map(Object.entries({ ...FROM_EXTENSIONS, ...NETWORKING }))],
  [
    "authorization.openshift.io",
    new Map(["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"].map((kind) => [kind, RBAC])),
  ],
]);

/** As formatRef, but the same for all refs under which one object can be had. */
export const storedKey = (ref: ObjectRef): string =>
  formatRef({ ...ref, group: STORED_IN.get(ref.group)?.get(ref.kind) ?? ref.group });
