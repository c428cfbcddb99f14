import type { LiveObject } from "../json.ts";
import { decideAutoscaler } from "./autoscaler.ts";
import { keyFor, ownerKeys, splitKey } from "./controller.ts";
import type { Controller, ControllerName, Notice } from "./controller.ts";
import { decideDaemonSet } from "./daemon-set.ts";
import { groupOf, NOTHING, resources } from "./decision.ts";
import type { Decision, Resource } from "./decision.ts";
import { decideDeployment } from "./deployment.ts";
import { decideEndpoints } from "./endpoints.ts";
import { decideJob } from "./job.ts";
import { decidePod } from "./pod.ts";
import { decideReplicaSet } from "./replica-set.ts";
import { decideStatefulSet } from "./stateful-set.ts";
import { decideStatusOnly } from "./status-only.ts";
import type { View } from "./view.ts";
import { mapAt, textAt, stringsAt } from "../reading.ts";

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

const {
  autoscalers,
  claims,
  controllerRevisions,
  daemonSets,
  deployments,
  jobs,
  pods,
  replicaSets,
  services,
  statefulSets,
} = resources;

/** Services that a pod's change may concern: those that select it now; a pod that left is found by its slice's own check. */
const servicesOf = (notice: Notice, view: (namespace: string) => readonly LiveObject[]): readonly string[] => {
  const labels = stringsAt(notice.object().metadata, "labels");
  return view(notice.key.namespace)
    .filter((service) => {
      const selector = Object.entries(stringsAt(mapAt(service, "spec"), "selector"));
      return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
    })
    .map((service) => keyFor(notice.key.namespace, textAt(service.metadata, "name")));
};

/** Those that make pods, and what the pods lead to. */
export const podControllers = (
  paceMs: number,
  servicesIn: (namespace: string) => readonly LiveObject[],
): readonly Controller[] => [
  controllerOf("deployment", deployments, [replicaSets], (object, view) =>
    decideDeployment(object, view.owned(replicaSets, object), view),
  ),
  controllerOf("replicaset", replicaSets, [pods], (object, view) =>
    decideReplicaSet(object, view.owned(pods, object), view),
  ),
  controllerOf("statefulset", statefulSets, [pods, claims, controllerRevisions], (object, view) =>
    decideStatefulSet(object, view.owned(pods, object), view.owned(controllerRevisions, object), view),
  ),
  controllerOf("daemonset", daemonSets, [pods, controllerRevisions], (object, view) =>
    decideDaemonSet(object, view.owned(pods, object), view.owned(controllerRevisions, object), view),
  ),
  controllerOf("job", jobs, [pods], (object, view) => decideJob(object, view.owned(pods, object), view)),
  controllerOf("kubelet", pods, [], (object, view) => decidePod(object, paceMs, view)),
  {
    ...controllerOf("endpoint", services, [], decideEndpoints),
    hears: [services, pods].map(nameOfResource),
    keysOf: (notice) =>
      notice.key.plural === services.plural
        ? [keyFor(notice.key.namespace, notice.key.name)]
        : servicesOf(notice, servicesIn),
  },
];

/** The same workloads with their status alone. */
export const statusControllers = (paceMs: number): readonly Controller[] => [
  controllerOf("deployment", deployments, [], (object, view) => decideStatusOnly("deployment", object, paceMs, view)),
  controllerOf("replicaset", replicaSets, [], (object, view) => decideStatusOnly("replicaSet", object, paceMs, view)),
  controllerOf("statefulset", statefulSets, [], (object, view) =>
    decideStatusOnly("statefulSet", object, paceMs, view),
  ),
  controllerOf("daemonset", daemonSets, [], (object, view) => decideStatusOnly("daemonSet", object, paceMs, view)),
  controllerOf("job", jobs, [], (object, view) => decideStatusOnly("job", object, paceMs, view)),
];

/** It hears of its targets too: whoever scales one by hand is answered at once. */
export const autoscalerController = (autoscalersIn: (namespace: string) => readonly LiveObject[]): Controller => ({
  ...controllerOf("autoscaler", autoscalers, [], decideAutoscaler),
  hears: [autoscalers, deployments, statefulSets].map(nameOfResource),
  keysOf: (notice) =>
    notice.key.plural === autoscalers.plural
      ? [keyFor(notice.key.namespace, notice.key.name)]
      : autoscalersIn(notice.key.namespace).map((each) => keyFor(notice.key.namespace, textAt(each.metadata, "name"))),
});
