import type { StoreEvent } from "@evenkeel/embedded-cluster";

/** What the product stamps on each object that it writes. */
export interface Stamped {
  /** Which push last changed its content, as its author wrote. */
  readonly stamp: number;
  readonly appUid: string;
  readonly seq: number;
  readonly epoch: number;
}

/** One change of one object on one cluster, by whoever, as the cluster's store has it. */
export interface SeenWrite {
  readonly cluster: string;
  /** The incarnation of a replica; undefined: people, or the cluster itself. */
  readonly by: string | undefined;
  readonly type: StoreEvent["type"];
  readonly name: string;
  readonly uid: string;
  /** As it is from now on; for a deletion as it was. Undefined: not of ours, or no stamp in it. */
  readonly after: Stamped | undefined;
  readonly before: Stamped | undefined;
  /** Values that others had put in, which are there no more. */
  readonly lost: readonly string[];
}
