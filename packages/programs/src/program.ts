import type { Range } from "./version.ts";

/** A program at a path; the version where the way knows it better than the program itself. */
export interface Candidate {
  readonly path: string;
  readonly version?: string;
  readonly source: string;
}

/** Looks for a program that is already there; undefined when it is not. `only` ends the search, good or bad. */
export interface Finder {
  readonly name: string;
  readonly find: (program: Program) => Promise<(Candidate & { readonly only?: boolean }) | undefined>;
}

/** Fetches or builds a program into `folder` (temporary); throws with the reason when it can not. */
export interface Getter {
  readonly name: string;
  readonly get: (program: Program, folder: string) => Promise<Candidate>;
}

/** One row of the table of outside programs. */
export interface Program {
  readonly name: string;
  readonly wants: Range;
  readonly versionArgs: readonly string[];
  readonly finders: readonly Finder[];
  readonly getters: readonly Getter[];
  /** The one thing a person can do when every way failed. */
  readonly remedy: string;
}
