import { isApiError } from "@evenkeel/kube";

import { ANCHOR_NAMESPACE } from "../core/anchor/anchor-document.ts";
import { AuditUnavailable } from "../write/write-refused.ts";

/** The cluster answers, and refuses every write of an anchor. */
export class AnchorUnwritable extends AuditUnavailable {
  override readonly remedy: string;
  /** Names of the webhooks and policies that refuse it, or that do not answer: a unit that repairs them may still be applied. */
  readonly refusedBy: readonly string[];

  constructor(cluster: string, refused: Refused, cause: Error) {
    super(`the anchor on cluster ${cluster} cannot be written: ${cause.message}`, { cause });
    this.refusedBy = isApiError(cause) ? cause.refusedBy : [];
    this.remedy = REMEDIES[refused.why](refused.name, this.refusedBy);
  }
}

/** An anchor that the server did not take. */
interface Refused {
  readonly name: string;
  readonly why: "full" | "state" | "rights" | "policy" | "admission";
}

const REMEDIES: Readonly<Record<Refused["why"], (name: string, by: readonly string[]) => string>> = {
  full: (name) =>
    `stop the applier, delete ConfigMap ${name} in namespace ${ANCHOR_NAMESPACE}, and start it: it is made again of what is applied from then on`,
  state: (name) => `delete ConfigMap ${name} in namespace ${ANCHOR_NAMESPACE}: it is made again`,
  rights: () => `grant the applier "create" and "update" on configmaps in namespace ${ANCHOR_NAMESPACE}`,
  admission: (_name, by) =>
    `mend ${by.join(", ")}, or have it leave out namespace ${ANCHOR_NAMESPACE}: a commit that loosens it so is applied all the same`,
  policy: () => `have the policy or quota allow ConfigMaps of the applier in namespace ${ANCHOR_NAMESPACE}`,
};

/** What the server takes of the values of one ConfigMap. */
const MOST_BYTES = 1024 * 1024;

const bytesOf = (data: Readonly<Record<string, string>>): number =>
  Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0);

const whyOf = (error: unknown, data: Readonly<Record<string, string>>): Refused["why"] | undefined => {
  if (isApiError(error, "TOO_LARGE")) return "full";
  if (isApiError(error) && error.refusedBy.length > 0) return "admission";
  if (isApiError(error, "INVALID")) return bytesOf(data) > MOST_BYTES ? "full" : "state";
  if (isApiError(error, "FORBIDDEN")) return "rights";
  return isApiError(error, "DENIED", "QUOTA") ? "policy" : undefined;
};

/** An error of an anchor's write, as it is told: a refusal names the anchor and never Git; any other stays what it is. */
export const unwritable = (
  { cluster, name }: { readonly cluster: string; readonly name: string },
  error: unknown,
  data: Readonly<Record<string, string>>,
): unknown => {
  const why = whyOf(error, data);
  return why === undefined ? error : new AnchorUnwritable(cluster, { name, why }, error as Error);
};
