import type { Reason, VersionOrder } from "@evenkeel/words";

/** What a place (anchor, inventory, ledger) says that a unit has been given. */
export interface Floor<V> {
  readonly version: V;
  readonly digest: string;
}

/** Everything that the decision whether a desired may be written rests on. */
export interface FenceQuestion<V> {
  readonly desired: { readonly version: V; readonly digest: string; readonly placement: bigint };
  /** Epoch of the lease that would write. */
  readonly epoch: bigint;
  /** What the anchor on the cluster says. `removedAt`: fleet seq at which the app was removed, 0 if it never was. */
  readonly anchor: { readonly epoch: bigint; readonly placement: bigint; readonly removedAt: bigint };
  readonly anchored: Floor<V> | undefined;
  /** What inventory and ledger say. */
  readonly known: readonly Floor<V>[];
  readonly compare: (a: V, b: V) => VersionOrder;
  readonly fleetOf: (version: V) => bigint;
}

export type FenceDecision =
  /** Newer than all: carry it out. `verify`: the same again, only what is not yet written. */
  | { readonly kind: "apply" | "verify" }
  /** The cluster knows more than the bus: the counter must be raised first. */
  | { readonly kind: "seq-behind"; readonly reason: Reason }
  | { readonly kind: "superseded"; readonly reason: Reason }
  /** Another owner has written since: give the lease up. */
  | { readonly kind: "drop-lease"; readonly reason: Reason }
  | { readonly kind: "wrong-placement"; readonly reason: Reason }
  /** One version names two contents: a fault of ours or a forgery. */
  | { readonly kind: "quarantine"; readonly reason: Reason };

interface FenceRow {
  readonly says: string;
  readonly when: <V>(question: FenceQuestion<V>) => boolean;
  readonly kind: Exclude<FenceDecision["kind"], "apply" | "verify">;
  readonly code: Reason["code"];
  readonly message: string;
  readonly remedy: string;
}

const isBehind = (order: VersionOrder): boolean => order === "older" || order === "mixed";
const orders = <V>({ desired, compare }: FenceQuestion<V>, floors: readonly (Floor<V> | undefined)[]) =>
  floors.flatMap((floor) => (floor === undefined ? [] : [compare(desired.version, floor.version)]));

/** Why a desired is refused (invariants version.monotone, fault.repeatable): the first row that holds decides. */
const ROWS: readonly FenceRow[] = [
  {
    says: "a lower placement has lost the cluster",
    when: ({ desired, anchor }) => desired.placement < anchor.placement,
    kind: "wrong-placement",
    code: "Superseded",
    message: "the cluster is placed elsewhere by a newer declaration",
    remedy: "nothing: whoever it is placed with writes",
  },
  {
    says: "a lower epoch of the same placement has lost the shard",
    when: ({ desired, epoch, anchor }) => desired.placement === anchor.placement && epoch < anchor.epoch,
    kind: "drop-lease",
    code: "Superseded",
    message: "another owner of the partition has written to the cluster",
    remedy: "nothing: the lease is given up",
  },
  {
    says: "an app that was removed comes back only by a later fleet revision",
    when: ({ desired, anchor, anchored, fleetOf }) =>
      anchored === undefined && fleetOf(desired.version) < anchor.removedAt,
    kind: "seq-behind",
    code: "SeqBehind",
    message: "the cluster has seen a newer fleet revision, which removed this application",
    remedy: "nothing: the counter is raised above the anchor",
  },
  {
    says: "the anchor knows a newer version",
    when: (question) => orders(question, [question.anchored]).some(isBehind),
    kind: "seq-behind",
    code: "SeqBehind",
    message: "the cluster has been given a newer version than this",
    remedy: "nothing: the counter is raised above the anchor",
  },
  {
    says: "inventory or ledger know a newer version",
    when: (question) => orders(question, question.known).some(isBehind),
    kind: "superseded",
    code: "Superseded",
    message: "the unit has been given a newer version than this",
    remedy: "nothing",
  },
  {
    says: "the same version names another content",
    when: ({ desired, anchored, known, compare }) =>
      [anchored, ...known].some(
        (floor) =>
          floor !== undefined && compare(desired.version, floor.version) === "equal" && floor.digest !== desired.digest,
      ),
    kind: "quarantine",
    code: "MessageRefused",
    message: "the same version was given with another content before",
    remedy: "look at who published it; the next version is applied as usual",
  },
];

/** Whether a desired may be written by this owner now. */
export const decideFence = <V>(question: FenceQuestion<V>): FenceDecision => {
  const row = ROWS.find(({ when }) => when(question));
  if (row !== undefined) {
    const { kind, code, message, remedy } = row;
    return { kind, reason: { code, message, remedy } };
  }
  const same = orders(question, [question.anchored, ...question.known]).includes("equal");
  return { kind: same ? "verify" : "apply" };
};
