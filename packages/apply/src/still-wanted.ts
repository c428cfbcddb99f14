/** The version in which a ref was last seen in its unit's desired, and the first without it, as far as a move shows in them. */
export interface Leaving {
  readonly after: { readonly fleet: bigint; readonly source: bigint };
  readonly at: { readonly fleet: bigint; readonly source: bigint };
}

/** Another unit of the same cluster, as the newest facts say. */
export interface OtherUnit {
  readonly name: string;
  /** Its newest desired has the ref; `unknown`: that desired cannot be read. */
  readonly wants: boolean | "unknown";
  /** It reads the same repository and Git ref as the unit that the ref left. */
  readonly sameHistory: boolean;
  /** Fleet seq at which its declarations last changed. */
  readonly declaredAt: bigint;
  /** The last plan of its source; undefined: there is none. */
  readonly plan: { readonly source: bigint; readonly fleet: bigint } | undefined;
  /** How that plan, or its newest render, says that the unit is. */
  readonly state: "at-it" | "pending" | "failed";
  /** Version of the failed render. */
  readonly failedAt: { readonly fleet: bigint; readonly source: bigint } | undefined;
}

interface Row {
  readonly says: string;
  readonly when: (other: OtherUnit, leaving: Leaving) => boolean;
  readonly words: (name: string) => string;
}

/** It may have been given the ref by a commit of the source. */
const bySource = ({ sameHistory }: OtherUnit): boolean => sameHistory;
/** It may have been given the ref by a commit of the fleet: both changed with it. */
const byFleet = ({ declaredAt }: OtherUnit, { after, at }: Leaving): boolean =>
  at.fleet > after.fleet && declaredAt > after.fleet;

const ROWS: readonly Row[] = [
  {
    says: "its newest desired has the ref",
    when: ({ wants }) => wants === true,
    words: (name) => `application ${name} wants it`,
  },
  {
    says: "its newest desired cannot be read",
    when: ({ wants }) => wants === "unknown",
    words: (name) => `the desired objects of application ${name} cannot be read`,
  },
  {
    says: "the commit at which the ref left is not planned for it",
    when: (other, leaving) =>
      (bySource(other) && (other.plan === undefined || other.plan.source < leaving.at.source)) ||
      (byFleet(other, leaving) && (other.plan === undefined || other.plan.fleet < leaving.at.fleet)),
    words: (name) => `application ${name} is not planned yet at the commit at which it left`,
  },
  {
    says: "its render at that commit or a later one failed",
    when: (other, leaving) =>
      other.state === "failed" &&
      ((bySource(other) && (other.failedAt === undefined || other.failedAt.source > leaving.after.source)) ||
        (byFleet(other, leaving) && (other.failedAt === undefined || other.failedAt.fleet > leaving.after.fleet))),
    words: (name) => `application ${name} could not be rendered at the commit at which it left`,
  },
  {
    says: "its render is asked for and not answered, or it is held at an older commit",
    when: (other, leaving) => other.state === "pending" && (bySource(other) || byFleet(other, leaving)),
    words: (name) => `application ${name} is not rendered yet at the commit at which it left`,
  },
];

/**
 * Why a ref that left a unit may still be wanted by another of the cluster: an object that moves between applications in
 * one commit leaves the one at once, and reaches the other only when that one's render and apply succeed. undefined: no
 * unit wants it, and none could still say so.
 */
export const stillWanted = (leaving: Leaving, others: readonly OtherUnit[]): string | undefined => {
  for (const row of ROWS) {
    const other = others.find((each) => row.when(each, leaving));
    if (other !== undefined) return row.words(other.name);
  }
  return undefined;
};
