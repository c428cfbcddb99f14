import { lineageText, statementFault } from "@evenkeel/contracts";
import type { DesiredStateChanged, DriftDetected } from "@evenkeel/contracts";
import type { Application, Cluster } from "@evenkeel/declarations";
import type { Reason } from "@evenkeel/words";

type Fact = Pick<DesiredStateChanged, "fleetStatement" | "lineage" | "removed" | "revision" | "source"> &
  Parameters<typeof statementFault>[0] & { readonly unit: { readonly app: string; readonly cluster: string } };

/** A removed app that is only orphaned writes nothing, and needs nobody to act as. */
export const writes = ({ removed }: Pick<Fact, "removed">, { spec }: Application): boolean =>
  !removed || spec.deletionPolicy === "delete";

/** No statement, no write (invariant history.lineage): why what a desired says of its origin does not count, if it does not. */
export const statementRefused = (
  fact: Fact,
  app: Application,
  verify: (text: string, signature: string) => boolean,
): Reason | undefined => {
  const { repository } = app.spec;
  const isOther = !fact.removed && repository !== fact.source;
  const fault = isOther
    ? `it is made of ${fact.source}, declared is ${repository}`
    : statementFault(fact, (statement) => verify(lineageText(statement), statement.signature));
  if (fault === undefined || !writes(fact, app)) return undefined;
  const message = `${fact.unit.app} at commit ${fact.revision.slice(0, 12)}: ${fault}`;
  return { code: "SignatureRefused", message, remedy: "look at who published it" };
};

export type IdentityDecision = { readonly as: { readonly impersonate?: string } } | { readonly refused: Reason };

/** Whom an app acts as on a cluster: a user, the connection, or nobody it may. */
export const decideIdentity = (app: Application, cluster: Cluster): IdentityDecision => {
  const { serviceAccount } = app.spec;
  const [namespace = "", name = ""] = (serviceAccount ?? "").split("/");
  if (namespace !== "" && name !== "") return { as: { impersonate: `system:serviceaccount:${namespace}:${name}` } };
  if (serviceAccount === undefined && cluster.spec.tenancy.allowConnectionIdentity) return { as: {} };
  const message = `Application ${app.metadata.name} names no serviceAccount to act as on ${cluster.metadata.name}`;
  const remedy = "declare spec.serviceAccount, or allow the connection's identity on the Cluster";
  return { refused: { code: "Forbidden", message, remedy } };
};

/** Under `drift: hold` no new content is written while drift of the old one is open. */
export const overwriteDenied = (
  { unit }: Pick<Fact, "unit">,
  appliedDigest: string,
  last: Pick<DriftDetected, "digest" | "findingCount"> | undefined,
): Reason | undefined => {
  if (last === undefined || last.digest !== appliedDigest || last.findingCount === 0) return undefined;
  const message = `${unit.app} was changed on ${unit.cluster} by others (${last.findingCount} objects), and drift is held`;
  return { code: "FieldConflict", message, remedy: "undo the change, take it into Git, or declare drift: correct" };
};
