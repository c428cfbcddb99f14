/** Objects of the world lie here. */
export const NAMESPACE = "work";

/** An application as the fleet declares it. */
export interface DeclaredApp {
  /** Kept over renames. */
  readonly id: string;
  readonly name: string;
  readonly repository: string;
  readonly path: string;
  /** The one cluster it is for; undefined: all. */
  readonly cluster: string | undefined;
}

/** The object's name says whose it is, its one value by which push it was last changed. */
export const configMap = (name: string, stamp: number): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {stamp: "${stamp}"}\n`;

/** As `configMap` writes it; undefined: another text. */
export const stampOf = (text: string): { readonly name: string; readonly stamp: number } | undefined => {
  const [, name, stamp] = /name: (\S+)\}\ndata: \{stamp: "(\d+)"\}/.exec(text) ?? [];
  return name === undefined ? undefined : { name, stamp: Number(stamp) };
};

export const BROKEN = "apiVersion: v1\nkind: [ConfigMap\n";

export const repositoryText = (name: string, url: string): string =>
  `apiVersion: evenkeel.dev/v1alpha1
kind: Repository
metadata: {name: ${name}}
spec: {url: "${url}", ref: {branch: main}, interval: 10s}
`;

export const clusterText = (name: string): string =>
  `apiVersion: evenkeel.dev/v1alpha1
kind: Cluster
metadata: {name: ${name}, labels: {of: world, is: ${name}}}
spec:
  connection: {context: ${name}}
  tenancy: {allowConnectionIdentity: true}
`;

export const appText = ({ id, name, repository, path, cluster }: DeclaredApp): string =>
  `apiVersion: evenkeel.dev/v1alpha1
kind: Application
metadata: {name: ${name}}
spec:
  id: ${id}
  repository: ${repository}
  path: ${path}
  namespace: ${NAMESPACE}
  targets: {clusterSelector: {matchLabels: {${cluster === undefined ? "of: world" : `is: ${cluster}`}}}}
  prune: {graceSeconds: 1}
`;

/** As `appText` writes it. */
export const appOf = (text: string): DeclaredApp | undefined => {
  const field = (name: string): string => new RegExp(`^ *${name}: (\\S+)$`, "m").exec(text)?.[1] ?? "";
  if (!text.includes("kind: Application\n")) return undefined;
  const [, name = ""] = /metadata: \{name: (\S+)\}/.exec(text) ?? [];
  const [, cluster] = /matchLabels: \{is: (\S+?)\}/.exec(text) ?? [];
  return { id: field("id"), name, repository: field("repository"), path: field("path"), cluster };
};

/** Lets the rewritten branch in by naming both commits. */
export const acceptRewriteText = (
  name: string,
  repository: string,
  from: string,
  to: string,
  expiresAt: string,
): string =>
  `apiVersion: evenkeel.dev/v1alpha1
kind: Override
metadata: {name: ${name}}
spec:
  what: acceptRewrite
  scope: {repository: ${repository}, gitRef: refs/heads/main, from: ${from}, to: ${to}}
  owner: ana@example.org
  reason: it was agreed
  expiresAt: "${expiresAt}"
`;
