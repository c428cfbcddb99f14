import type { Dialect, Json } from "@evenkeel/resource";
import type {
  AdoptPolicy,
  ConflictPolicy,
  DriftPolicy,
  FightPolicy,
  IgnoreRule,
  ObjectSelector,
  RecreatePolicy,
  RenderKind,
  WebhookKind,
} from "@evenkeel/words";

/** What every accepted declaration carries; defaults are applied and durations are in the unit of their name. */
export interface Declared<Kind extends string, Spec> {
  readonly kind: Kind;
  readonly metadata: { readonly name: string; readonly labels: { readonly [key: string]: string } };
  readonly spec: Spec;
  /** File it was accepted from, relative to the fleet root. */
  readonly file: string;
  /** Seq of the fleet revision in which it last changed; 0 until stamped. */
  readonly changedAt: number;
}

/** The file `<name>/<key>` below EVENKEEL_SECRETS_DIR of the service that uses it. */
export interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

export type RepositoryRef =
  | { readonly branch: string }
  | { readonly tag: string }
  | { readonly commit: string }
  | { readonly head: true };

export interface RepositorySpec {
  readonly url: string;
  /** Default: the remote's HEAD. */
  readonly ref: RepositoryRef;
  readonly intervalMs: number;
  /** With `key`: that file is the password or token of `username`; without: a directory of well-known files. */
  readonly credentials?: { readonly name: string; readonly key?: string; readonly username: string };
  readonly webhook?: { readonly kind: WebhookKind; readonly secretRef: SecretKeyRef };
}

/** A context of the operator's kubeconfig (the empty name is its current one), a secret, or the service's own cluster. */
export type ClusterConnection =
  | { readonly context: string }
  | { readonly kubeconfigSecretRef: SecretKeyRef }
  | { readonly inCluster: Record<string, never> };

export interface ClusterSpec {
  readonly connection: ClusterConnection;
  readonly tenancy: { readonly allowConnectionIdentity: boolean };
}

export interface LabelSelector {
  readonly matchLabels: { readonly [key: string]: string };
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values: readonly string[];
  }[];
}

/** Parameters of the renderer; each kind's member is there with its defaults, whatever `kind` says. */
export interface RenderSpec {
  readonly kind: "auto" | RenderKind;
  readonly plain: {
    readonly recurse: boolean;
    readonly include: readonly string[];
    readonly exclude: readonly string[];
    readonly dialect: Dialect;
  };
  readonly helm: {
    /** Default: the application's name. */
    readonly releaseName: string;
    /** Default: the application's namespace, else `default`. */
    readonly namespace: string;
    readonly valuesFiles: readonly string[];
    readonly values: { readonly [key: string]: Json | undefined };
    readonly kubeVersion?: string;
    readonly apiVersions: readonly string[];
    readonly includeCRDs: boolean;
  };
}

/** What is done when an object is gone: by default what its kind says. */
export interface WhenGoneRule {
  readonly selector: ObjectSelector;
  /** `done`: it has ended and is not made again. `restore`: it is, also where its kind ends by itself. */
  readonly mode: "done" | "restore";
}

export interface ApplicationSpec {
  /** Unique; default: the name. */
  readonly id: string;
  readonly repository: string;
  /** Normalised, without a leading or trailing slash; `.` is the root. */
  readonly path: string;
  readonly render: RenderSpec;
  readonly targets: { readonly clusterSelector: LabelSelector };
  readonly namespace?: string;
  /** Absent: only `namespace`, or any where that is absent too. `*` is any. */
  readonly allowedNamespaces?: readonly string[];
  /** `Kind` or `Kind.group`; `*` is any. Absent: none, or any where neither `namespace` nor `allowedNamespaces` limits it. */
  readonly allowedClusterKinds?: readonly string[];
  /** `namespace/name`. */
  readonly serviceAccount?: string;
  readonly prune: { readonly enabled: boolean; readonly allowEmpty: boolean; readonly graceSeconds: number };
  readonly deletionPolicy: "orphan" | "delete";
  readonly drift: DriftPolicy;
  readonly onFight: FightPolicy;
  readonly ignore: readonly IgnoreRule[];
  readonly whenGone: readonly WhenGoneRule[];
  readonly recreate: RecreatePolicy;
  readonly adopt: AdoptPolicy;
  readonly onConflict: ConflictPolicy;
}

/** Lets one rewritten history be followed, once: both ids must match. */
export interface OverrideSpec {
  readonly what: "acceptRewrite";
  readonly scope: {
    readonly repository: string;
    readonly gitRef: string;
    readonly from: string;
    readonly to: string;
  };
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

export interface ApprovalSpec {
  readonly unit: { readonly app: string; readonly cluster: string };
  /** `sha256:` and 64 hex digits. */
  readonly planDigest: string;
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

export type Repository = Declared<"Repository", RepositorySpec>;
export type Cluster = Declared<"Cluster", ClusterSpec>;
export interface Application extends Declared<"Application", ApplicationSpec> {
  /** Seq at which its repository, or that repository's URL or Git ref, last changed; 0 until stamped. */
  readonly selectedAt: number;
}
export type Override = Declared<"Override", OverrideSpec>;
export type Approval = Declared<"Approval", ApprovalSpec>;
export type Declaration = Repository | Cluster | Application | Override | Approval;
