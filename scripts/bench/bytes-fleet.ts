const API = "apiVersion: evenkeel.dev/v1alpha1\n";

/** A fleet of one repository, with one application of each size. */
export const bytesFleet = ({
  url,
  context,
  sizes,
}: {
  readonly url: string;
  readonly context: string;
  readonly sizes: readonly number[];
}): Record<string, string> => ({
  "fleet.yaml": [
    `${API}kind: Repository\nmetadata: {name: bench}\nspec:\n  url: ${url}\n  ref: {branch: main}\n  interval: 1h\n  webhook: {kind: generic, secretRef: {name: hook, key: token}}\n`,
    `${API}kind: Cluster\nmetadata: {name: local}\nspec:\n  connection: {context: ${context}}\n  tenancy: {allowConnectionIdentity: true}\n`,
    ...sizes.map(
      (size) =>
        `${API}kind: Application\nmetadata: {name: of-${size}}\nspec:\n  repository: bench\n  path: of-${size}\n  targets: {clusterSelector: {}}\n  namespace: default\n`,
    ),
  ].join("---\n"),
});

/** The files of a unit of so many ConfigMaps, each of which says the value. */
export const unitFiles = (size: number, value: string): Record<string, string> => ({
  [`of-${size}/maps.yaml`]: Array.from(
    { length: size },
    (_unused, n) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-${size}-${n}, namespace: default}\ndata: {value: "${value}"}\n`,
  ).join("---\n"),
});
