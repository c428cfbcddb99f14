import { copyOf } from "@evenkeel/embedded-cluster";
import { autoscalersV1, autoscalersV2 } from "./autoscaling-kinds.ts";
import { claims, configMaps, secrets, serviceAccounts, services } from "./core-kinds.ts";
import { blobs, gears, gearsV2, levers } from "./custom-kinds.ts";
import type { KindTable } from "./kind-table.ts";
import * as plain from "./plain-kinds.ts";
import { cronJobs, daemonSets, deployments, jobs, pods, replicaSets, statefulSets } from "./workload-kinds.ts";

const weights: readonly (readonly [number, KindTable])[] = [
  [3, configMaps],
  [2, secrets],
  [3, services],
  [1, serviceAccounts],
  [5, deployments],
  [2, statefulSets],
  [2, daemonSets],
  [2, jobs],
  [2, cronJobs],
  [2, autoscalersV2],
  [1, autoscalersV1],
  [1, claims],
  [1, plain.roles],
  [1, plain.roleBindings],
  [1, plain.networkPolicies],
  [1, plain.ingresses],
  [1, plain.validatingConfigurations],
  [4, gears],
  [1, gearsV2],
  [1, levers],
  [2, blobs],
];

const ownBase = (table: KindTable): KindTable => ({ ...table, base: (name) => copyOf(table.base(name)) });

/** The kinds that mixed sequences write, with how often each is chosen; a base is the caller's own copy. */
export const kindWeights: readonly (readonly [number, KindTable])[] = weights.map(([weight, table]) => [
  weight,
  ownBase(table),
]);

export const mixedKinds: readonly KindTable[] = kindWeights.map(([, table]) => table);
/** Kinds that mixed sequences leave out; each has sequences of its own. */
export const rareKinds: readonly KindTable[] = [
  pods,
  replicaSets,
  plain.disruptionBudgets,
  plain.clusterRoleBindings,
  plain.mutatingConfigurations,
  plain.leases,
  plain.priorityClasses,
  plain.storageClasses,
].map(ownBase);
export const allKinds: readonly KindTable[] = [...mixedKinds, ...rareKinds];

/** Throws RangeError for a name that no table has. */
export const kindNamed = (name: string): KindTable => {
  const found = allKinds.find((table) => table.name === name || table.kind === name);
  if (found === undefined)
    throw new RangeError(`no kind ${JSON.stringify(name)}; known: ${allKinds.map((t) => t.name).join(", ")}`);
  return found;
};
