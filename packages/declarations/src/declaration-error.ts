/** One fault in a fleet file, with its place and what to do about it. Lines and columns start at 1. */
export interface DeclarationError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Such as `spec.prune.enabled`; empty for the whole document or file. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** One line for people: `apps/web.yaml:14:9: spec.prune: expected true or false, got "yes"; write true or false`. */
export const formatDeclarationError = (error: DeclarationError): string => {
  const at = `${error.file}:${error.line}:${error.column}`;
  return `${at}: ${error.path === "" ? "" : `${error.path}: `}${error.message}; ${error.remedy}`;
};
