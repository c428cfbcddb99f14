// For tests only: the declarations of a story.
import type { Application, ApplicationSpec, Approval, Cluster } from "@evenkeel/declarations";

export const clusterName = "local";

/** What an Application of a story declares besides the defaults. */
export type AppOptions = Partial<
  Pick<
    ApplicationSpec,
    | "adopt"
    | "allowedClusterKinds"
    | "allowedNamespaces"
    | "deletionPolicy"
    | "drift"
    | "ignore"
    | "onConflict"
    | "recreate"
  >
> & {
  /** Stays through a rename; by default its name. */
  readonly id?: string;
  readonly serviceAccount?: string;
  readonly graceSeconds?: number;
  readonly allowEmpty?: boolean;
};

export const cluster: Cluster = {
  kind: "Cluster",
  metadata: { name: clusterName, labels: {} },
  spec: { connection: { context: "" }, tenancy: { allowConnectionIdentity: true } },
  file: "fleet.yaml",
  changedAt: 1,
};

export const application = (name: string, namespace: string, options: AppOptions): Application => {
  const { graceSeconds = 0, allowEmpty = false, serviceAccount, ...rest } = options;
  const spec = {
    id: name,
    targets: { clusterSelector: { matchLabels: {}, matchExpressions: [] } },
    repository: "app",
    path: name,
    namespace,
    prune: { enabled: true, allowEmpty, graceSeconds },
    deletionPolicy: "orphan",
    drift: "correct",
    ignore: [],
    recreate: "job-only",
    adopt: "none",
    onConflict: "hold",
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    ...rest,
  } as unknown as ApplicationSpec;
  return {
    kind: "Application",
    metadata: { name, labels: {} },
    spec,
    file: "fleet.yaml",
    changedAt: 1,
    selectedAt: 1,
  };
};

export const approval = (app: string, planDigest: string): Approval => ({
  kind: "Approval",
  metadata: { name: `approve-${app}`, labels: {} },
  spec: {
    unit: { app, cluster: clusterName },
    planDigest,
    reason: "test",
    owner: "test",
    expiresAt: "2999-01-01T00:00:00Z",
  },
  file: "fleet.yaml",
  changedAt: 1,
});
