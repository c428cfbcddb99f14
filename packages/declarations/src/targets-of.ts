import type { Application, Cluster, LabelSelector } from "./kinds.ts";

/** True if the labels meet every requirement of the selector; an empty selector matches all, as in Kubernetes. */
export const matchesSelector = (labels: { readonly [key: string]: string }, selector: LabelSelector): boolean => {
  const valueOf = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => valueOf(key) === value) &&
    selector.matchExpressions.every(({ key, operator, values }) => {
      const value = valueOf(key);
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
      }
    })
  );
};

/** Names of the clusters that an application is deployed to, in the order given. */
export const targetsOf = (application: Application, clusters: readonly Cluster[]): readonly string[] =>
  clusters
    .filter(({ metadata }) => matchesSelector(metadata.labels, application.spec.targets.clusterSelector))
    .map(({ metadata }) => metadata.name);
