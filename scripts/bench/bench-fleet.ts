// The fleet of the bench: apps of four objects (Deployment with 0 replicas, Service, ServiceAccount, Ingress; about 1.6 KB
// each) behind a kustomization each, spread over 50 namespaces, in one repository.

type Files = Record<string, string>;

export const NAMESPACE_COUNT = 50;
/** The annotation that carries the commit's value; the observer reads it from live objects. */
export const REVISION_ANNOTATION = "bench.example.org/revision";

export const appName = (index: number): string => `app-${String(index).padStart(4, "0")}`;
export const namespaceOf = (index: number): string => `bench-${String(index % NAMESPACE_COUNT).padStart(2, "0")}`;

// Brings an object to the size that the calibration names, as real charts do with labels and annotations.
const filler = (text: string): string =>
  Array.from({ length: 8 }, (_unused, line) => `    bench.example.org/note-${line}: "${text} ${"x".repeat(120)}"`).join(
    "\n",
  );

const kustomization = (revision: string): string => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [deployment.yaml, service.yaml, account.yaml, ingress.yaml]
commonAnnotations:
  ${REVISION_ANNOTATION}: "${revision}"
`;

/** The files of one app at a revision's value. */
export const appFiles = (index: number, revision: string): Files => {
  const name = appName(index);
  const meta = `metadata:\n  name: ${name}\n  annotations:\n${filler(name)}`;
  return {
    [`apps/${name}/kustomization.yaml`]: kustomization(revision),
    [`apps/${name}/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
${meta}
spec:
  replicas: 0
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      serviceAccountName: ${name}
      containers:
        - name: web
          image: registry.example.org/bench/web:1.0
          ports: [{containerPort: 8080}]
          env: [{name: APP, value: "${name}"}]
`,
    [`apps/${name}/service.yaml`]: `apiVersion: v1
kind: Service
${meta}
spec:
  selector: {app: ${name}}
  ports: [{port: 80, targetPort: 8080}]
`,
    [`apps/${name}/account.yaml`]: `apiVersion: v1
kind: ServiceAccount
${meta}
`,
    [`apps/${name}/ingress.yaml`]: `apiVersion: networking.k8s.io/v1
kind: Ingress
${meta}
spec:
  rules:
    - host: ${name}.example.org
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: ${name}, port: {number: 80}}}
`,
  };
};

/** Only the file that a new revision changes. */
export const changeOf = (index: number, revision: string): Files => ({
  [`apps/${appName(index)}/kustomization.yaml`]: kustomization(revision),
});

/** All namespaces, as one plain application. */
export const namespaceFiles = (): Files => ({
  "namespaces/namespaces.yaml": Array.from(
    { length: NAMESPACE_COUNT },
    (_unused, index) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${namespaceOf(index)}\n`,
  ).join("---\n"),
});

const application = (
  name: string,
  path: string,
  namespace: string | undefined,
): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Application
metadata:
  name: ${name}
spec:
  repository: bench
  path: ${path}
  targets:
    clusterSelector:
      matchLabels: {env: bench}
${namespace === undefined ? "" : `  namespace: ${namespace}\n`}`;

/** The fleet repository for so many apps. */
export const fleetFiles = (options: {
  readonly apps: number;
  readonly url: string;
  readonly context: string;
  readonly interval: string;
  readonly secret: string;
}): Files => {
  const files: Files = {
    "base.yaml": `apiVersion: evenkeel.dev/v1alpha1
kind: Repository
metadata:
  name: bench
spec:
  url: ${options.url}
  ref: {branch: main}
  interval: ${options.interval}
  webhook:
    kind: generic
    secretRef: {name: ${options.secret}, key: token}
---
apiVersion: evenkeel.dev/v1alpha1
kind: Cluster
metadata:
  name: bench
  labels: {env: bench}
spec:
  connection: {context: ${options.context}}
  tenancy: {allowConnectionIdentity: true}
---
${application("namespaces", "namespaces", undefined)}`,
  };
  for (let from = 0; from < options.apps; from += 50) {
    const indexes = Array.from({ length: Math.min(50, options.apps - from) }, (_unused, offset) => from + offset);
    files[`apps-${String(from).padStart(4, "0")}.yaml`] = indexes
      .map((index) => application(appName(index), `apps/${appName(index)}`, namespaceOf(index)))
      .join("---\n");
  }
  return files;
};
