import type { ReasonCode } from "@evenkeel/words";

/** Why text or an object in it is refused: the render part of the closed list of reason codes that a parser can give. */
export type ManifestRefusalCode = Extract<
  ReasonCode,
  | "NotUtf8Text"
  | "LimitExceeded"
  | "YamlRefused"
  | "DuplicateKey"
  | "ScalarAmbiguous"
  | "ScalarRefused"
  | "KeyForbidden"
  | "ObjectInvalid"
  | "DuplicateObject"
  | "ReservedMetadata"
  | "RenderFailed"
>;

/** A place in a file; lines and columns start at 1, columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface ManifestProblem extends Position {
  readonly code: ManifestRefusalCode;
  readonly file: string;
  /** What is wrong, without the place. */
  readonly problem: string;
  /** What the author has to write instead. */
  readonly remedy: string;
}

/** Input that is not taken: `message` is `file:line:column: problem; remedy`. */
export class ManifestRefused extends Error implements ManifestProblem {
  override readonly name = "ManifestRefused";
  readonly code: ManifestRefusalCode;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly problem: string;
  readonly remedy: string;

  constructor(refusal: ManifestProblem, options?: ErrorOptions) {
    super(`${refusal.file}:${refusal.line}:${refusal.column}: ${refusal.problem}; ${refusal.remedy}`, options);
    this.code = refusal.code;
    this.file = refusal.file;
    this.line = refusal.line;
    this.column = refusal.column;
    this.problem = refusal.problem;
    this.remedy = refusal.remedy;
  }
}
