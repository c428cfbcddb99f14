import type { Run } from "./admit.ts";

/** What keeps the unit's Approvals from allowing this plan: said in place of asking for one. */
export const aboutApprovals = ({ declared }: Run, digest: string): string | undefined => {
  const [first] = declared.approvals.toSorted((a, b) => (a.spec.expiresAt < b.spec.expiresAt ? 1 : -1));
  if (first === undefined) return undefined;
  return first.spec.planDigest === digest
    ? `Approval ${first.metadata.name} ended at ${first.spec.expiresAt}: declare when it ends anew`
    : `Approval ${first.metadata.name} names another plan, ${first.spec.planDigest.slice(0, 19)}...: read this one and name it`;
};
