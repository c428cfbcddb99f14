import type { ValueMap } from "../json.ts";
import { goQuote } from "../kinds/validation/go-quote.ts";

/** A patch that the server refuses; together the parts of its Status. `reason` is "" where the server gives none (a plain 500). */
export class PatchFailed extends Error {
  override readonly name = "PatchFailed";
  readonly status: number;
  readonly reason: string;
  readonly details: ValueMap | undefined;

  constructor(status: number, reason: string, message: string, details?: ValueMap) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.details = details;
  }
}

export const badPatch = (message: string): PatchFailed => new PatchFailed(400, "BadRequest", message);

/** An operation that does not fit the object: the server does not tell which. */
export const patchRejected = (): PatchFailed =>
  new PatchFailed(422, "Invalid", "the server rejected our request due to an error in our request", {});

/** A plain error of the server, which is answered as 500 without a reason. */
export const patchBroke = (message: string): PatchFailed => new PatchFailed(500, "", message);

/** A patch whose result is no object of the kind: `quoted` is the patched document (or strategic patch) as the server prints it. */
export const invalidPatch = (quoted: string, why: string): PatchFailed => {
  const message = `Invalid value: ${goQuote(quoted)}: ${why}`;
  const causes = [{ reason: "FieldValueInvalid", message, field: "patch" }];
  return new PatchFailed(422, "Invalid", ` "" is invalid: patch: ${message}`, { causes });
};
