import type { Fault } from "./check-schema.ts";
import type { DeclarationSet } from "./declaration-set.ts";
import type { Application, Cluster, Declaration, LabelSelector, RepositoryRef } from "./kinds.ts";
import { suggest } from "./suggest.ts";
import { matchesSelector, targetsOf } from "./targets-of.ts";

/** What a declaration is meant for and is not there: no fault, as it may still come, and nothing happens until it does. */
export const matchesNothing = (declaration: Declaration, set: DeclarationSet): readonly Fault[] => {
  switch (declaration.kind) {
    case "Application":
      return [
        ...(targetsOf(declaration, set.clusters).length > 0 ? [] : [noTarget(declaration, set.clusters)]),
        ...noKind(declaration),
      ];
    case "Override":
      return otherRef(declaration.spec.scope, set);
    case "Approval":
      return noUnit(declaration.spec.unit, set);
    case "Repository":
    case "Cluster":
      return [];
  }
};

const warn = (path: readonly (string | number)[], message: string, remedy: string): Fault => ({
  path,
  part: "value",
  message,
  remedy,
});

/** Kinds begin with a capital: `deployment` selects no object. */
const noKind = ({ spec }: Application): readonly Fault[] =>
  spec.ignore.flatMap(({ selector: { kind = "" } }, index) => {
    const first = kind.slice(0, 1);
    if (first === first.toUpperCase()) return [];
    const place = ["spec", "ignore", index, "selector", "kind"];
    return [
      warn(place, "matches no object: kinds begin with a capital", `write ${first.toUpperCase()}${kind.slice(1)}`),
    ];
  });

type Requirement = { readonly path: readonly (string | number)[]; readonly text: string } & LabelSelector;

/** Each requirement of a selector as a selector of its own. */
const requirementsOf = ({ matchLabels, matchExpressions }: LabelSelector): readonly Requirement[] => [
  ...Object.entries(matchLabels).map(([key, value]) => ({
    path: ["matchLabels", key],
    text: `${key}=${value}`,
    matchLabels: { [key]: value },
    matchExpressions: [],
  })),
  ...matchExpressions.map((one, index) => ({
    path: ["matchExpressions", index],
    text: `${one.key} ${one.operator}${one.values.length === 0 ? "" : ` ${one.values.join(", ")}`}`,
    matchLabels: {},
    matchExpressions: [one],
  })),
];

const noTarget = ({ spec }: Application, clusters: readonly Cluster[]): Fault => {
  const selector = spec.targets.clusterSelector;
  const place = ["spec", "targets", "clusterSelector"];
  if (clusters.length === 0) return warn(place, "no Cluster is declared", "declare one");
  const unmet = requirementsOf(selector).find(
    (one) => !clusters.some(({ metadata }) => matchesSelector(metadata.labels, one)),
  );
  if (unmet === undefined)
    return warn(place, "matches no declared Cluster: none meets all of it", "label a Cluster, or change the selector");
  return warn(
    [...place, ...unmet.path],
    `matches no declared Cluster: none has ${unmet.text}`,
    nearOf(unmet, clusters),
  );
};

const nearOf = ({ matchLabels, matchExpressions }: LabelSelector, clusters: readonly Cluster[]): string => {
  const key = Object.keys(matchLabels)[0] ?? matchExpressions[0]?.key ?? "";
  const value = Object.values(matchLabels)[0] ?? matchExpressions[0]?.values[0] ?? "";
  const labels = clusters.flatMap(({ metadata }) => Object.entries(metadata.labels));
  const values = labels.flatMap(([name, text]) => (name === key ? [text] : []));
  const near =
    values.length > 0
      ? suggest(value, values)
      : suggest(
          key,
          labels.map(([name]) => name),
        );
  return near === undefined ? `label a Cluster with it, or change the selector` : `did you mean "${near}"?`;
};

const fullRef = (ref: RepositoryRef): string | undefined =>
  "branch" in ref ? `refs/heads/${ref.branch}` : "tag" in ref ? `refs/tags/${ref.tag}` : undefined;

/** A rewrite of another branch or tag than the one that is followed is never looked at. */
const otherRef = (
  scope: { readonly repository: string; readonly gitRef: string },
  set: DeclarationSet,
): readonly Fault[] => {
  const repository = set.repositories.find(({ metadata }) => metadata.name === scope.repository);
  const followed = repository === undefined ? undefined : fullRef(repository.spec.ref);
  if (followed === undefined || followed === scope.gitRef) return [];
  const message = `Repository ${scope.repository} does not follow this: it follows ${followed}`;
  return [warn(["spec", "scope", "gitRef"], message, `write ${followed}, or remove this`)];
};

const noUnit = (unit: { readonly app: string; readonly cluster: string }, set: DeclarationSet): readonly Fault[] => {
  const application = set.applications.find(({ metadata }) => metadata.name === unit.app);
  if (application !== undefined && targetsOf(application, set.clusters).includes(unit.cluster)) return [];
  const message = `no Application ${unit.app} is deployed to ${unit.cluster}: this approves only what one that is gone left behind`;
  return [warn(["spec", "unit"], message, "correct the names, or remove this once all is gone")];
};
