// The sample fleet and the sample application, as files. Everything lives in namespace evenkeel-tour, so that the tour
// can also run on a cluster that is used for other things.

export const namespace = "evenkeel-tour";

type Files = Readonly<Record<string, string>>;

const application = (name: string, spec: string): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Application
metadata:
  name: ${name}
spec:
  repository: shop
  targets:
    clusterSelector:
      matchLabels:
        env: tour
${spec.replace(/^(?=.)/gm, "  ")}`;

/** The fleet repository: which repositories, clusters and applications there are. */
export const fleetFiles = (shop: { readonly url: string }, context: string): Files => ({
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
  "clusters.yaml": `apiVersion: evenkeel.dev/v1alpha1
kind: Cluster
metadata:
  name: local
  labels:
    env: tour
spec:
  connection:
    context: ${context}
  tenancy:
    allowConnectionIdentity: true
`,
  "applications.yaml": [
    application("platform", "path: platform\n"),
    application("web", `path: web/overlays/tour\nnamespace: ${namespace}\n`),
    application("greeter", `path: greeter\nnamespace: ${namespace}\nrender:\n  kind: helm\n`),
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

const overlay = (replicas: number, message: string): Files => ({
  "web/overlays/tour/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1
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
  "web/overlays/tour/replicas.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas}
`,
});

/** One state of the web app: how many replicas, and what it says. */
export const webFiles = overlay;

/** A commit that cannot be rendered: the value of \`replicas\` opens a list that never ends. */
export const brokenWebFiles: Files = {
  "web/overlays/tour/replicas.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: [3
`,
};

/** The application repository at its first commit: plain YAML, a kustomize overlay and a Helm chart. */
export const shopFiles: Files = {
  "platform/namespace.yaml": `apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
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
  ...overlay(2, "first"),
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
