import type { Override } from "@evenkeel/declarations";

/** The rewrite that stands in question: both ids as the condition of the source names them. */
export interface Rewrite {
  readonly source: string;
  readonly gitRef: string;
  readonly from: string;
  readonly to: string;
}

/** The name of the first unexpired Override that accepts exactly this rewrite (invariant history.accepted-by-name); `nowMs` is wall time. */
export const findLift = (overrides: readonly Override[], rewrite: Rewrite, nowMs: number): string | undefined =>
  overrides.find(({ spec }) => {
    const { repository, gitRef, from, to } = spec.scope;
    return (
      repository === rewrite.source &&
      gitRef === rewrite.gitRef &&
      from === rewrite.from &&
      to === rewrite.to &&
      Date.parse(spec.expiresAt) > nowMs
    );
  })?.metadata.name;
