import type { LiveObject, Value } from "../json.ts";
import { isMap } from "../json.ts";
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

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");

/** `apps/v1, Kind=Deployment`; the core group has an empty name: `/v1, Kind=Pod`. */
export const describeKind = (object: LiveObject): string => {
  const apiVersion = text(object.apiVersion);
  return `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${text(object.kind)}`;
};

/** `default/web; apps/v1, Kind=Deployment`, with what an apply body itself says: its namespace may be empty. */
export const describeObject = (object: LiveObject): string => {
  const metadata = isMap(object.metadata) ? object.metadata : {};
  return `${text(metadata["namespace"])}/${text(metadata["name"])}; ${describeKind(object)}`;
};
