import type { GitObjectType } from "@evenkeel/words";

/** One entry of a Git tree; `name` as bytes where it may not be UTF-8. */
export interface TreeEntry {
  /** As Git writes it, a leading zero allowed: `100644`, `040000`, `120000`, `160000`. */
  readonly mode: string;
  readonly type: GitObjectType;
  readonly oid: string;
  readonly name: string | Uint8Array;
}

/** An object that is too large to be kept: whoever would read it has to refuse it by the name that it has there. */
export class ObjectTooLarge extends Error {
  override readonly name = "ObjectTooLarge";
  readonly bytes: number;

  constructor(oid: string, bytes: number) {
    super(`git object ${oid} has ${bytes} bytes, which is more than is kept`);
    this.bytes = bytes;
  }
}

/**
 * Where Git objects come from: a store of artifacts, or a repository in tests. Throws ObjectTooLarge for one that is not
 * kept, and anything else if an object is not there.
 */
export interface ObjectSource {
  readonly readTree: (oid: string, signal: AbortSignal) => Promise<readonly TreeEntry[]>;
  readonly readBlob: (oid: string, signal: AbortSignal) => Promise<Uint8Array>;
}
