import { ManagedFieldsUnreadable } from "./manager-table.ts";
import { Mistyped } from "./typed-object.ts";

/** An apply that cannot be carried out. Status 400 has reason BadRequest, 500 none. */
export class ApplyRefused extends Error {
  override readonly name = "ApplyRefused";
  readonly status: 400 | 500;

  constructor(status: 400 | 500, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Gives what `make` gives; where that finds a value that does not fit, the apply is refused with the server's words for the step before it. */
export const orRefuse = <T>(step: string, make: () => T): T => {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof Mistyped) && !(cause instanceof ManagedFieldsUnreadable)) throw cause;
    throw new ApplyRefused(500, step === "" ? cause.message : `${step}: ${cause.message}`, { cause });
  }
};
