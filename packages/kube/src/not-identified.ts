import type { ApiError } from "./api-error.ts";

/** It was not to be had from the server which cluster it is, so the call that was meant for one was not sent. */
export class NotIdentified extends Error {
  override readonly name = "NotIdentified";
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.message, { cause: error });
    this.error = error;
  }
}
