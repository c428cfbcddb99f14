import type { Json } from "@evenkeel/resource";
import type { IgnoreRule } from "@evenkeel/words";

import { parseDurationMs } from "./duration.ts";
import type {
  ApplicationSpec,
  ApprovalSpec,
  ClusterConnection,
  ClusterSpec,
  LabelSelector,
  OverrideSpec,
  RepositoryRef,
  RepositorySpec,
} from "./kinds.ts";

/** A spec as written, after the schema has passed it: everything optional, durations as text. */
export interface WrittenRepository extends Omit<RepositorySpec, "intervalMs" | "ref" | "credentials"> {
  readonly ref?: Exclude<RepositoryRef, { readonly head: true }>;
  readonly interval?: string;
  readonly credentials?: { readonly name: string; readonly key?: string; readonly username?: string };
}
export interface WrittenCluster {
  readonly connection: ClusterConnection;
  readonly tenancy?: Partial<ClusterSpec["tenancy"]>;
}
export interface WrittenApplication extends Partial<
  Omit<ApplicationSpec, "repository" | "path" | "render" | "targets" | "prune" | "ignore">
> {
  readonly repository: string;
  readonly path: string;
  readonly render?: {
    readonly kind?: ApplicationSpec["render"]["kind"];
    readonly plain?: Partial<ApplicationSpec["render"]["plain"]>;
    readonly helm?: Partial<ApplicationSpec["render"]["helm"]>;
  };
  readonly targets: { readonly clusterSelector: Partial<LabelSelector> };
  readonly prune?: Partial<ApplicationSpec["prune"]>;
  readonly ignore?: readonly (Partial<IgnoreRule> & { readonly paths: readonly string[] })[];
}
export type WrittenApproval = Omit<ApprovalSpec, "unit"> & { readonly unit: string };

const DEFAULT_INTERVAL_MS = 60_000;

export const repositoryWithDefaults = (written: WrittenRepository): RepositorySpec => ({
  url: written.url,
  ref: written.ref ?? { head: true },
  intervalMs: written.interval === undefined ? DEFAULT_INTERVAL_MS : (parseDurationMs(written.interval) ?? 0),
  ...(written.credentials === undefined
    ? {}
    : { credentials: { ...written.credentials, username: written.credentials.username ?? "git" } }),
  ...(written.webhook === undefined ? {} : { webhook: written.webhook }),
});

export const clusterWithDefaults = (written: WrittenCluster): ClusterSpec => ({
  connection: written.connection,
  tenancy: { allowConnectionIdentity: written.tenancy?.allowConnectionIdentity ?? false },
});

/** `./apps//web/` and `apps/web` are one path; the empty path and `.` are the root. */
export const normalPath = (path: string): string => {
  const steps = path.split("/").filter((step) => step !== "" && step !== ".");
  return steps.length === 0 ? "." : steps.join("/");
};

const selectorWithDefaults = (written: Partial<LabelSelector>): LabelSelector => ({
  matchLabels: written.matchLabels ?? {},
  matchExpressions: (written.matchExpressions ?? []).map((expression) => ({
    ...expression,
    values: (expression.values as readonly string[] | undefined) ?? [],
  })),
});

export const applicationWithDefaults = (name: string, written: WrittenApplication): ApplicationSpec => ({
  id: written.id ?? name,
  repository: written.repository,
  path: normalPath(written.path),
  render: {
    kind: written.render?.kind ?? "auto",
    plain: { recurse: true, include: [], exclude: [], dialect: "kustomize", ...written.render?.plain },
    helm: {
      releaseName: name,
      namespace: written.namespace ?? "default",
      values: {} as Readonly<Record<string, Json>>,
      apiVersions: [],
      includeCRDs: true,
      ...written.render?.helm,
      valuesFiles: (written.render?.helm?.valuesFiles ?? []).map(normalPath),
    },
  },
  targets: { clusterSelector: selectorWithDefaults(written.targets.clusterSelector) },
  ...(written.namespace === undefined ? {} : { namespace: written.namespace }),
  ...(written.allowedNamespaces === undefined ? {} : { allowedNamespaces: written.allowedNamespaces }),
  ...(written.allowedClusterKinds === undefined ? {} : { allowedClusterKinds: written.allowedClusterKinds }),
  ...(written.serviceAccount === undefined ? {} : { serviceAccount: written.serviceAccount }),
  prune: { enabled: true, allowEmpty: false, graceSeconds: 60, ...written.prune },
  deletionPolicy: written.deletionPolicy ?? "orphan",
  drift: written.drift ?? "correct",
  onFight: written.onFight ?? "correct",
  ignore: (written.ignore ?? []).map((rule) => ({
    selector: rule.selector ?? {},
    paths: rule.paths,
    mode: rule.mode ?? "ignore",
  })),
  whenGone: (written.whenGone ?? []).map((rule) => ({ selector: rule.selector ?? {}, mode: rule.mode })),
  recreate: written.recreate ?? "job-only",
  adopt: written.adopt ?? "none",
  onConflict: written.onConflict ?? "hold",
});

export const overrideOf = (written: OverrideSpec): OverrideSpec => ({
  what: "acceptRewrite",
  scope: {
    repository: written.scope.repository,
    gitRef: written.scope.gitRef,
    from: written.scope.from,
    to: written.scope.to,
  },
  reason: written.reason,
  owner: written.owner,
  expiresAt: written.expiresAt,
});

export const approvalOf = (written: WrittenApproval): ApprovalSpec => {
  const [app = "", cluster = ""] = written.unit.split("@");
  const planDigest = written.planDigest.startsWith("sha256:") ? written.planDigest : `sha256:${written.planDigest}`;
  return {
    unit: { app, cluster },
    planDigest,
    reason: written.reason,
    owner: written.owner,
    expiresAt: written.expiresAt,
  };
};
