/** Exit codes, after `kubectl diff`: 0 done, same or met; 1 not found, differs or failed; 2 could not tell; 3 waited for what nobody declared. */
export const exitCode = { ok: 0, no: 1, trouble: 2, undeclared: 3 } as const;

/** The command cannot go on; its message is for the person who typed it. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly code: number;

  constructor(message: string, code: number = exitCode.trouble, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
