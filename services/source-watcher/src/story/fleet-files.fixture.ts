// For tests only: what the fleets of these tests declare.
const header = "apiVersion: evenkeel.dev/v1alpha1\n";

/** One Repository; `ref` is YAML, such as `{branch: main}`, or empty: the remote's HEAD. */
export const repositoryText = (name: string, url: string, ref = "{branch: main}"): string =>
  `${header}kind: Repository
metadata: {name: ${name}}
spec:
  url: ${url}
${ref === "" ? "" : `  ref: ${ref}\n`}  interval: 1h
  webhook: {kind: generic, secretRef: {name: hook, key: token}}
`;

/** The Repository shop and the Application web. */
export const fleetFiles = ({ shopUrl }: { readonly shopUrl: string }, drift = "correct") => ({
  "repositories.yaml": repositoryText("shop", shopUrl),
  "applications.yaml": `${header}kind: Application
metadata: {name: web}
spec: {repository: shop, path: web, drift: ${drift}, targets: {clusterSelector: {}}}
`,
});

export interface Rewrite {
  readonly from: string;
  readonly to: string;
  readonly name?: string;
  readonly gitRef?: string;
  readonly expiresAt?: string;
}

/** The file of an Override acceptRewrite of shop. */
export const overrideFile = ({
  from,
  to,
  name = "rewrite",
  gitRef = "refs/heads/main",
  expiresAt = "2099-01-01T00:00:00Z",
}: Rewrite) => ({
  [`${name}.yaml`]: `${header}kind: Override
metadata: {name: ${name}}
spec:
  what: acceptRewrite
  scope: {repository: shop, gitRef: ${gitRef}, from: ${from}, to: ${to}}
  reason: rebuilt
  owner: ana
  expiresAt: ${expiresAt}
`,
});
