import { canonicalJson, parseJson, sha256Hex } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import type { Application, Approval, Cluster, Declaration, Override, Repository } from "./kinds.ts";

/** Everything that one fleet revision declares and that was accepted, each list sorted by name. */
export interface DeclarationSet {
  readonly repositories: readonly Repository[];
  readonly clusters: readonly Cluster[];
  readonly applications: readonly Application[];
  readonly overrides: readonly Override[];
  readonly approvals: readonly Approval[];
}

/** Version of the stored form: a reader refuses another one instead of guessing. */
const FORMAT = 1;

export const emptyDeclarationSet: DeclarationSet = {
  repositories: [],
  clusters: [],
  applications: [],
  overrides: [],
  approvals: [],
};

/** All declarations of a set, kind by kind. */
export const declarationsOf = (set: DeclarationSet): readonly Declaration[] => [
  ...set.repositories,
  ...set.clusters,
  ...set.applications,
  ...set.overrides,
  ...set.approvals,
];

/** Sorts declarations into a set. */
export const toDeclarationSet = (declarations: Iterable<Declaration>): DeclarationSet => {
  const all = [...declarations].toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return {
    repositories: all.filter((item) => item.kind === "Repository"),
    clusters: all.filter((item) => item.kind === "Cluster"),
    applications: all.filter((item) => item.kind === "Application"),
    overrides: all.filter((item) => item.kind === "Override"),
    approvals: all.filter((item) => item.kind === "Approval"),
  };
};

/** The stored form: canonical JSON, the same bytes for the same set. */
export const declarationSetJson = (set: DeclarationSet): string =>
  canonicalJson({ format: FORMAT, ...set } as unknown as Json);

/** `sha256:` and 64 hex digits over the stored form. */
export const declarationSetDigest = (set: DeclarationSet): string => `sha256:${sha256Hex(declarationSetJson(set))}`;

/** Reads the stored form back; throws Error on another format. The bytes' digest is the caller's to check. */
export const readDeclarationSet = (bytes: Uint8Array): DeclarationSet => {
  const stored = parseJson(new TextDecoder().decode(bytes)) as unknown as DeclarationSet & { readonly format?: number };
  if (stored.format !== FORMAT)
    throw new Error(`declaration set has format ${String(stored.format)}, this version reads ${FORMAT}`);
  const { repositories, clusters, applications, overrides, approvals } = stored;
  return { repositories, clusters, applications, overrides, approvals };
};
