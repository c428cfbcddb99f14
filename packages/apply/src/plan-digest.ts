import { canonicalJson, compareRefs, sha256Hex } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

/** One write as a plan's digest sees it: for a delete `content` is the uid, else the object's digest. */
export interface PlannedWrite {
  readonly verb: "create" | "update" | "correct" | "delete";
  readonly ref: ObjectRef;
  readonly content: string;
}

const asJson = ({ verb, ref, content }: PlannedWrite) => ({
  verb,
  group: ref.group,
  kind: ref.kind,
  namespace: ref.namespace,
  name: ref.name,
  content,
});

const sorted = (writes: readonly PlannedWrite[]) =>
  writes.toSorted((a, b) => compareRefs(a.ref, b.ref) || (a.verb < b.verb ? -1 : a.verb > b.verb ? 1 : 0)).map(asJson);

/** `sha256:<hex>` over unit and writes, whatever their order: the name under which a human approves a plan. */
export const digestOfPlan = (
  unit: { readonly cluster: string; readonly appUid: string },
  writes: readonly PlannedWrite[],
): string =>
  `sha256:${sha256Hex(canonicalJson({ format: "evenkeel.dev/plan/v1", cluster: unit.cluster, app: unit.appUid, writes: sorted(writes) }))}`;

/** SHA-256 (hex) over the canonical list of writes: the ledger names all of them by it. */
export const writesDigest = (writes: readonly PlannedWrite[]): string => sha256Hex(canonicalJson(sorted(writes)));
