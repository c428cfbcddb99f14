import type { Repository, RepositoryRef } from "@evenkeel/declarations";

/** Where the value of a credential is, never the value. */
export type CredentialsAt =
  | { readonly kind: "none" }
  | { readonly kind: "secret"; readonly name: string; readonly key: string | undefined; readonly username: string }
  | { readonly kind: "file"; readonly file: string };

/** One Git ref of one repository that is watched. */
export interface Source {
  readonly id: string;
  readonly url: string;
  /** As declared: its name is not checked yet. */
  readonly ref: RepositoryRef;
  readonly intervalMs: number;
  readonly credentials: CredentialsAt;
}

/** How a ref may move: a branch only forward, a tag and a commit not at all. */
export const kindOf = (ref: RepositoryRef): "branch" | "tag" | "commit" =>
  "tag" in ref ? "tag" : "commit" in ref ? "commit" : "branch";

/** The source that a Repository declares. */
export const sourceOf = ({ metadata, spec }: Repository): Source => ({
  id: metadata.name,
  url: spec.url,
  ref: spec.ref,
  intervalMs: spec.intervalMs,
  credentials:
    spec.credentials === undefined
      ? { kind: "none" }
      : {
          kind: "secret",
          name: spec.credentials.name,
          key: spec.credentials.key,
          username: spec.credentials.username,
        },
});

/** The ref that a start option names: a full commit id, a full Git ref, a branch, or (undefined) the remote's HEAD. */
export const refOfOption = (text: string | undefined): RepositoryRef => {
  if (text === undefined || text === "" || text === "HEAD") return { head: true };
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return { commit: text };
  return text.startsWith("refs/tags/") ? { tag: text } : { branch: text };
};
