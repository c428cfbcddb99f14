import type { Value } from "../json.ts";
import type { FieldError, FieldErrorType } from "../kinds/field-error.ts";

/**
 * One thing that the OpenAPI validator found. Its `text` makes it unique within a result; `name` is the value's path as that
 * validator has it (a leading dot where an object lies under an unnamed root), absent for findings without one.
 */
export interface Finding {
  readonly text: string;
  readonly name?: string;
  readonly type: FieldErrorType;
  /** Absent = "". */
  readonly value?: Value;
  /** How the value is told, where not as its JSON would be. */
  readonly shown?: string;
  /** What the answer tells instead of `text`. */
  readonly detail?: string;
}

/** What validating one value against one schema gave; `score` decides which alternative of an anyOf is told. */
export class Result {
  readonly findings: Finding[] = [];
  score = 0;

  add(...findings: readonly Finding[]): void {
    for (const finding of findings)
      if (!this.findings.some((known) => known.text === finding.text)) this.findings.push(finding);
  }

  merge(other: Result): void {
    this.add(...other.findings);
    this.score += other.score;
  }

  /** Ratcheting: what an unchanged value violates is let through. */
  forgive(): void {
    this.findings.length = 0;
  }

  get valid(): boolean {
    return this.findings.length === 0;
  }
}

/** Findings as field errors; `root` is where the validated value lies in the object ("" = at its root, which the server then prints as `<nil>`). */
export const toFieldErrors = (findings: readonly Finding[], root: string): readonly FieldError[] =>
  findings.map((finding) => {
    const name = finding.name === undefined || finding.name === "." ? "" : finding.name.replace(/^\./, "");
    const path = name === "" ? root : root === "" ? name : `${root}.${name}`;
    return {
      type: finding.type,
      field: path === "" ? "<nil>" : path,
      badValue: finding.value ?? (finding.value === null ? null : ""),
      detail: finding.detail ?? finding.text,
      ...(finding.shown === undefined ? {} : { shown: finding.shown }),
    };
  });
