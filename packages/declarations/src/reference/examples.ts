import type { DeclarationKind } from "../schema/schemas.ts";

const head = (kind: DeclarationKind, metadata: string): string =>
  `apiVersion: evenkeel.dev/v1alpha1\nkind: ${kind}\nmetadata: ${metadata}\n`;

/** One document of each kind that names every field which is acted on; several where fields exclude each other. */
export const examples: Readonly<Record<DeclarationKind, readonly string[]>> = {
  Repository: [
    `${head("Repository", "{name: shop, labels: {team: web}, annotations: {note: main repository}}")}spec:
  url: https://git.example.org/shop.git
  ref: {branch: main}
  interval: 60s
  credentials: {name: shop-git, key: token, username: git}
  webhook: {kind: github, secretRef: {name: shop-hook, key: token}}
`,
    `${head("Repository", "{name: charts}")}spec: {url: https://git.example.org/charts.git, ref: {tag: v1.2.0}}
`,
    `${head("Repository", "{name: frozen}")}spec:
  url: ssh://git@git.example.org/frozen.git
  ref: {commit: 3f9c2ab0c7d1e5f4a3b2c1d0e9f8a7b6c5d4e3f2}
`,
  ],
  Cluster: [
    `${head("Cluster", "{name: prod-eu, labels: {env: prod, region: eu}}")}spec:
  connection: {kubeconfigSecretRef: {name: prod-eu, key: kubeconfig}}
  tenancy: {allowConnectionIdentity: false}
`,
    `${head("Cluster", "{name: staging, labels: {env: staging}}")}spec: {connection: {context: staging}}
`,
    `${head("Cluster", "{name: here, labels: {env: tools}}")}spec: {connection: {inCluster: {}}}
`,
  ],
  Application: [
    `${head("Application", "{name: web}")}spec:
  id: web
  repository: shop
  path: apps/web
  render:
    kind: auto
    plain: {recurse: true, include: ["**/*.yaml"], exclude: ["test/**"], dialect: kustomize}
    helm:
      releaseName: web
      namespace: shop
      valuesFiles: [values-prod.yaml]
      values: {replicas: 3}
      kubeVersion: "1.36"
      apiVersions: [monitoring.coreos.com/v1]
      includeCRDs: true
  targets:
    clusterSelector:
      matchLabels: {env: prod}
      matchExpressions: [{key: region, operator: In, values: [eu, us]}]
  namespace: shop
  allowedNamespaces: [shop, shop-jobs]
  allowedClusterKinds: [Namespace]
  serviceAccount: shop/deployer
  prune: {enabled: true, allowEmpty: false, graceSeconds: 60}
  deletionPolicy: orphan
  drift: correct
  onFight: correct
  ignore:
    - {selector: {group: apps, kind: Deployment, namespace: shop, name: web}, paths: [spec.replicas], mode: ignore}
  whenGone:
    - {selector: {group: batch, kind: Job, namespace: shop, name: migrate}, mode: done}
  recreate: job-only
  adopt: none
  onConflict: hold
`,
  ],
  Override: [
    `${head("Override", "{name: accept-rewrite-of-shop}")}spec:
  what: acceptRewrite
  scope:
    repository: shop
    gitRef: refs/heads/main
    from: 3f9c2ab0c7d1e5f4a3b2c1d0e9f8a7b6c5d4e3f2
    to: 77aa00b0c7d1e5f4a3b2c1d0e9f8a7b6c5d4e3f2
  owner: ana@example.org
  reason: the branch was rebuilt on purpose
  expiresAt: "2026-12-01T00:00:00Z"
`,
  ],
  Approval: [
    `${head("Approval", "{name: prune-of-web}")}spec:
  unit: web@prod-eu
  planDigest: sha256:${"9".repeat(64)}
  owner: ana@example.org
  reason: the old workers are really gone
  expiresAt: "2026-12-01T00:00:00Z"
`,
  ],
  Alert: [],
};
