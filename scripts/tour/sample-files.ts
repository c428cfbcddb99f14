// The sample fleet and the sample application, as files. Everything lives in namespace evenkeel-tour, so that the tour
// can also run on a cluster that is used for other things.

export const NAMESPACE = "evenkeel-tour";

type Files = Readonly<Record<string, string>>;

/** A cluster as the sample fleet declares it. */
export interface SampleCluster {
  readonly name: string;
  readonly env: "staging" | "prod";
  /** Its context in the kubeconfig. */
  readonly context: string;
}

const clusterDocument = ({ name, env, context }: SampleCluster): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Cluster
metadata:
  name: ${name}
  labels:
    tour: "yes"
    env: ${env}
spec:
  connection:
    context: ${JSON.stringify(context)}
  tenancy:
    allowConnectionIdentity: true
`;

const application = (name: string, label: string, spec: string): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Application
metadata:
  name: ${name}
spec:
  repository: shop
  targets:
    clusterSelector:
      matchLabels:
        ${label}
${spec.replace(/^(?=.)/gm, "  ")}`;

/** The fleet repository: which repositories, clusters and applications there are. */
export const fleetFiles = (shop: { readonly url: string }, clusters: readonly SampleCluster[]): Files => ({
  "repositories.yaml": `apiVersion: evenkeel.dev/v1alpha1
kind: Repository
metadata:
  name: shop
spec:
  url: ${shop.url}
  ref:
    branch: main
  interval: 1s
`,
  "clusters.yaml": clusters.map(clusterDocument).join("---\n"),
  "applications.yaml": [
    application("platform", 'tour: "yes"', "path: platform\n"),
    application("web", "env: prod", `path: web/overlays/prod\nnamespace: ${NAMESPACE}\n`),
    application("web-staging", "env: staging", `path: web/overlays/staging\nnamespace: ${NAMESPACE}\n`),
    application("greeter", 'tour: "yes"', `path: greeter\nnamespace: ${NAMESPACE}\nrender:\n  kind: helm\n`),
  ].join("---\n"),
});

/** Sent when a rewritten history is meant: both commits are named, it is used once. */
export const overrideFile = (from: string, to: string, expiresAt: Date): Files => ({
  "overrides.yaml": `apiVersion: evenkeel.dev/v1alpha1
kind: Override
metadata:
  name: accept-rewrite-of-shop
spec:
  what: acceptRewrite
  scope:
    repository: shop
    gitRef: refs/heads/main
    from: ${from}
    to: ${to}
  owner: ana@example.org
  reason: the branch was rebuilt on purpose
  expiresAt: ${expiresAt.toISOString().replace(/\.\d+Z$/, "Z")}
`,
});

const replicasPatch = (replicas: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas}
`;

const overlay = (env: SampleCluster["env"], replicas: number, message: string): Files => ({
  [`web/overlays/${env}/kustomization.yaml`]: `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../base
patches:
  - path: replicas.yaml
configMapGenerator:
  - name: web-content
    options:
      disableNameSuffixHash: true
    literals:
      - message=${message}
`,
  [`web/overlays/${env}/replicas.yaml`]: replicasPatch(String(replicas)),
});

/** One state of the web app in production: how many replicas, and what it says. */
export const webFiles = (replicas: number, message: string): Files => overlay("prod", replicas, message);

/** The file that a visitor may like to edit, from the root of the application repository. */
export const REPLICAS_FILE = "web/overlays/prod/replicas.yaml";

/** A commit that cannot be rendered: the value of `replicas` opens a list that never ends. */
export const brokenWebFiles: Files = { [REPLICAS_FILE]: replicasPatch("[3") };

/** The application repository at its first commit: plain YAML, a kustomize overlay and a Helm chart. */
export const shopFiles: Files = {
  "platform/namespace.yaml": `apiVersion: v1
kind: Namespace
metadata:
  name: ${NAMESPACE}
`,
  "web/base/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml
  - service.yaml
`,
  "web/base/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example.org/shop/web:1.0
          ports:
            - containerPort: 8080
`,
  "web/base/service.yaml": `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
`,
  ...overlay("prod", 2, "first"),
  ...overlay("staging", 1, "first"),
  "greeter/Chart.yaml": `apiVersion: v2
name: greeter
version: 0.1.0
`,
  "greeter/values.yaml": `greeting: hello
`,
  "greeter/templates/configmap.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-greeting
data:
  text: {{ .Values.greeting | quote }}
`,
};
