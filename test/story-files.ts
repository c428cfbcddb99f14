// Declarations and manifests of the stories: a fleet of one cluster `prod`, an app a way of rendering, all in namespace `shop`.

type Files = Record<string, string>;

const document = (kind: string, name: string, spec: string, labels = ""): string =>
  `apiVersion: evenkeel.dev/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${labels}spec:\n${spec.replace(/^(?=.)/gm, "  ")}`;

export const application = (name: string, extra = ""): string =>
  document(
    "Application",
    name,
    `repository: shop
path: ${name}
namespace: shop
targets:
  clusterSelector: {matchLabels: {env: prod}}
prune:
  graceSeconds: 1
${extra}`,
  );

export const fleetOf =
  (...apps: readonly string[]) =>
  (shopUrl: string, context: string): Files => ({
    "base.yaml": [
      document(
        "Repository",
        "shop",
        `url: ${shopUrl}\nref: {branch: main}\ninterval: 2s\nwebhook:\n  kind: generic\n  secretRef: {name: hook, key: token}\n`,
      ),
      document(
        "Cluster",
        "prod",
        `connection: {context: ${context}}\ntenancy: {allowConnectionIdentity: true}\n`,
        "  labels: {env: prod}\n",
      ),
      application("base", "allowedClusterKinds: [Namespace]\n"),
    ].join("---\n"),
    "apps.yaml": apps.map((name) => application(name)).join("---\n"),
  });

export const namespaceFile: Files = {
  "base/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
};

export const configMap = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: "${value}"\n`;

export const deployment = (name: string, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
        - name: web
          image: registry.example.org/shop/${name}:1.0
          env: [{name: MODE, value: "calm"}]
`;

/** A kustomize overlay over a base, and a Helm chart, as a small shop would have them. */
export const webFiles = (replicas: number): Files => ({
  "web/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../bases/web]
replicas: [{name: web, count: ${replicas}}]
`,
  "bases/web/kustomization.yaml":
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [deployment.yaml]\n",
  "bases/web/deployment.yaml": deployment("web", 1),
});

export const chartFiles = (greeting: string): Files => ({
  "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
  "chart/values.yaml": `greeting: ${greeting}\n`,
  "chart/templates/configmap.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-greeting\ndata:\n  value: {{ .Values.greeting | quote }}\n",
});

export const ref = (
  kind: string,
  name: string,
  group = "",
): { group: string; kind: string; namespace: string; name: string } => ({
  group,
  kind,
  namespace: kind === "Namespace" ? "" : "shop",
  name,
});
