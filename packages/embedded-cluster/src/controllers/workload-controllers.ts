import type { LiveObject } from "../json.ts";
import { keyFor, ownerKeys, splitKey } from "./controller.ts";
import type { Controller, ControllerName } from "./controller.ts";
import { groupOf, NOTHING, resources } from "./decision.ts";
import type { Decision, Resource } from "./decision.ts";
import { decideDeployment } from "./deployment.ts";
import { decidePod } from "./pod.ts";
import { decideReplicaSet } from "./replica-set.ts";
import { decideStatusOnly } from "./status-only.ts";
import type { View } from "./view.ts";

export const nameOfResource = (resource: Resource): string => `${groupOf(resource)}/${resource.plural}`;

/** A controller of one kind, which also hears of what its objects own. */
export const controllerOf = (
  name: ControllerName,
  resource: Resource,
  owned: readonly Resource[],
  decide: (object: LiveObject, view: View) => Decision,
): Controller => ({
  name,
  hears: [resource, ...owned].map(nameOfResource),
  keysOf: (notice) =>
    notice.key.plural === resource.plural
      ? [keyFor(notice.key.namespace, notice.key.name)]
      : ownerKeys(notice, resource.kind),
  decide: (key, view) => {
    const object = view.read(resource, ...splitKey(key));
    return object === undefined ? NOTHING : decide(object, view);
  },
});

const { daemonSets, deployments, jobs, pods, replicaSets, statefulSets } = resources;

/** Those whose pods are never made: they get the status that pods would lead to. */
const podless = (paceMs: number): readonly Controller[] => [
  controllerOf("statefulset", statefulSets, [], (object, view) =>
    decideStatusOnly("statefulSet", object, paceMs, view),
  ),
  controllerOf("daemonset", daemonSets, [], (object, view) => decideStatusOnly("daemonSet", object, paceMs, view)),
  controllerOf("job", jobs, [], (object, view) => decideStatusOnly("job", object, paceMs, view)),
];

/** Deployments and ReplicaSets with their pods, and what the pods come to; the rest without. */
export const podControllers = (paceMs: number): readonly Controller[] => [
  controllerOf("deployment", deployments, [replicaSets], (object, view) =>
    decideDeployment(object, view.owned(replicaSets, object), view),
  ),
  controllerOf("replicaset", replicaSets, [pods], (object, view) =>
    decideReplicaSet(object, view.owned(pods, object), view),
  ),
  controllerOf("kubelet", pods, [], (object, view) => decidePod(object, paceMs, view)),
  ...podless(paceMs),
];

/** All workloads with their status alone. */
export const statusControllers = (paceMs: number): readonly Controller[] => [
  controllerOf("deployment", deployments, [], (object, view) => decideStatusOnly("deployment", object, paceMs, view)),
  controllerOf("replicaset", replicaSets, [], (object, view) => decideStatusOnly("replicaSet", object, paceMs, view)),
  ...podless(paceMs),
];
