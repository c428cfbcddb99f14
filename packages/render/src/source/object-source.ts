/** One entry of a Git tree; `name` as bytes where it may not be UTF-8. */
export interface TreeEntry {
  /** As Git writes it, a leading zero allowed: `100644`, `040000`, `120000`, `160000`. */
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly oid: string;
  readonly name: string | Uint8Array;
}

/** Where Git objects come from: a store of artifacts, or a repository in tests. Throws if an object is not there. */
export interface ObjectSource {
  readonly readTree: (oid: string, signal: AbortSignal) => Promise<readonly TreeEntry[]>;
  readonly readBlob: (oid: string, signal: AbortSignal) => Promise<Uint8Array>;
}
