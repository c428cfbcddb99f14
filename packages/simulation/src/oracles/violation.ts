/** What must never be, and was. */
export interface Violation {
  /** Id of the sentence in docs/invariants.md. */
  readonly invariant: string;
  /** What was seen, of which object, commit or unit, against what was known to be true. */
  readonly what: string;
  readonly atMs: number;
}

/** Told of each at once. */
export type Tell = (invariant: string, what: string) => void;
