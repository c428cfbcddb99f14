import type { CanonicalObject, Dialect, Json, ManifestRefusalCode, ObjectOrigin } from "@evenkeel/resource";
import type { ReasonCode, RenderKind } from "@evenkeel/words";

/** What to render: a path of one Git tree and its parameters; the result is a function of these alone. */
export interface RenderRequest {
  /** Object id of the repository's root tree, full. */
  readonly tree: string;
  /** Path of the application in it; "." is the root. */
  readonly path: string;
  readonly spec: RenderSpec;
  /** Keeps what is remembered of unlike repositories apart (a source id); counts in no digest and no key of content. */
  readonly scope?: string;
}

export interface RenderSpec {
  readonly kind: "auto" | RenderKind;
  readonly plain?: PlainParameters;
  readonly helm?: HelmParameters;
  /** Values of `${NAME}`; absent: nothing is substituted. */
  readonly substitute?: { readonly [name: string]: string };
  /** Refuses scalars that readers take differently. */
  readonly strictYaml?: boolean;
}

export interface PlainParameters {
  /** Default true. */
  readonly recurse?: boolean;
  /** Globs relative to the path; default all. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Default `kustomize`. */
  readonly dialect?: Dialect;
}

export interface HelmParameters {
  readonly releaseName: string;
  readonly namespace: string;
  /** Paths in the repository, in order; later ones win. */
  readonly valuesFiles?: readonly string[];
  /** Win over the files. */
  readonly values?: { readonly [key: string]: Json | undefined };
  /** Default: what the helm binary was built for. */
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  /** Default true. */
  readonly includeCRDs?: boolean;
}

/** The codes of the closed list that a render can end with. */
export type RenderRefusalCode =
  | ManifestRefusalCode
  | Extract<
      ReasonCode,
      | "ObjectCorrupt"
      | "PathMissing"
      | "PathOutsideRepo"
      | "NameForbidden"
      | "TreeEntryForbidden"
      | "LfsPointer"
      | "RemoteBase"
      | "LoadRestricted"
      | "FeatureDisabled"
      | "ChartRefused"
      | "DependencyRefused"
      | "NonDeterministic"
      | "RenderTimeout"
      | "ResourceExhausted"
    >;

export interface RenderedObject extends CanonicalObject {
  /** The file an author would open: the manifest, the kustomization, the chart's template where it is known. */
  readonly origin: ObjectOrigin;
}

/** Why one run was enough, or that two agreed. */
export type Purity = "static" | "scanned" | "twice";

interface Ended {
  /** `hit`: nothing was rendered for this answer. */
  readonly cache: "hit" | "miss";
}

/** `FeatureDisabled`: what is there would be made by a program that does not run here. */
export interface WhyEmpty {
  readonly code: "EmptyDesired" | "FeatureDisabled";
  readonly file: string;
  readonly problem: string;
  readonly remedy: string;
}

/** A complete set: every object of the request, sorted by ref. */
export interface Rendered extends Ended {
  readonly outcome: "rendered";
  readonly kind: RenderKind;
  /** `sha256:<hex>`, see `setDigest`. */
  readonly digest: string;
  readonly objects: readonly RenderedObject[];
  /** One line each, with its place. */
  readonly warnings: readonly string[];
  readonly purity: Purity;
}

/** A complete and proven render of nothing; `why` says of what, for whoever did not mean it. */
export interface EmptyDesired extends Ended {
  readonly outcome: "empty";
  readonly why: WhyEmpty;
  readonly kind: RenderKind;
  readonly digest: string;
  readonly warnings: readonly string[];
}

/** Nothing is published; what runs stays. */
export interface Refused extends Ended {
  readonly outcome: "refused";
  readonly code: RenderRefusalCode;
  /** `file:line:column: problem; remedy`, as far as there is a place. */
  readonly message: string;
  readonly problem: string;
  readonly remedy: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** True where the same request may end otherwise: time, memory, a missing object. Never cached. */
  readonly transient: boolean;
}

export type RenderEnd = Rendered | EmptyDesired | Refused;
export type RenderResult = RenderEnd & {
  readonly durationMs: number;
  /** Directories that were looked into, with their tree ids: a commit in which none of them changed ends the same way. */
  readonly opened: readonly (readonly [path: string, oid: string])[];
};
