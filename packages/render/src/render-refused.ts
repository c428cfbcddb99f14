import { ManifestRefused } from "@evenkeel/resource";

import type { RenderRefusalCode } from "./request.ts";

export interface Refusal {
  readonly code: RenderRefusalCode;
  readonly problem: string;
  readonly remedy: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** The refusals that another run of the same request may not repeat. */
const TRANSIENT: ReadonlySet<RenderRefusalCode> = new Set(["RenderTimeout", "ResourceExhausted", "ObjectCorrupt"]);

/** Ends a render from anywhere inside it; `render` gives it to the caller as a typed result. */
export class RenderRefused extends Error {
  override readonly name = "RenderRefused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(messageOf(refusal), options);
    this.refusal = refusal;
  }
}

export const refuse = (code: RenderRefusalCode, file: string, problem: string, remedy: string): RenderRefused =>
  new RenderRefused({ code, file, problem, remedy });

/** `file:line:column: problem; remedy`, without what is not known. */
export const messageOf = ({ file, line, column, problem, remedy }: Refusal): string => {
  const place = [file, line, column].filter((part) => part !== undefined && part !== "").join(":");
  return `${place === "" ? "" : `${place}: `}${problem}; ${remedy}`;
};

export const isTransient = ({ code }: Refusal): boolean => TRANSIENT.has(code);

/** The refusal in anything that a render throws; undefined for what is no refusal (an abort, a bug). */
export const refusalIn = (error: unknown): Refusal | undefined => {
  if (error instanceof RenderRefused) return error.refusal;
  if (!(error instanceof ManifestRefused)) return undefined;
  const { code, file, line, column, problem, remedy } = error;
  return { code, file, line, column, problem, remedy };
};
