import type { ValueMap } from "../json.ts";
import { type FieldError, describeFieldError } from "../kinds/field-error.ts";

/** What a Status names: the server writes a resource's plural into `kind` for most reasons, the kind itself for Invalid. */
export interface StatusDetails {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly uid?: string | undefined;
  readonly causes?: readonly StatusCause[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** A request that is refused: carries the Status that is answered. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** Metadata of the Status: a token to go on with. */
  readonly metadata: ValueMap;

  constructor(code: number, reason: string, message: string, details?: StatusDetails, metadata: ValueMap = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }
}

/** Group and plural, as messages show it: `deployments.apps`. */
export interface GroupResource {
  readonly group: string;
  readonly plural: string;
}

const resourceText = ({ group, plural }: GroupResource): string => (group === "" ? plural : `${plural}.${group}`);
const about = ({ group, plural }: GroupResource, name: string): StatusDetails => ({ name, group, kind: plural });
const quoted = (text: string): string => JSON.stringify(text);

export const notFound = (resource: GroupResource, name: string): ApiRefusal =>
  new ApiRefusal(404, "NotFound", `${resourceText(resource)} ${quoted(name)} not found`, about(resource, name));

export const alreadyExists = (resource: GroupResource, name: string): ApiRefusal =>
  new ApiRefusal(
    409,
    "AlreadyExists",
    `${resourceText(resource)} ${quoted(name)} already exists`,
    about(resource, name),
  );

export const generatedNameTaken = (resource: GroupResource, name: string): ApiRefusal =>
  new ApiRefusal(
    409,
    "AlreadyExists",
    `${resourceText(resource)} ${quoted(name)} already exists, the server was not able to generate a unique name for the object`,
    { ...about(resource, name), retryAfterSeconds: 1 },
  );

export const conflict = (resource: GroupResource, name: string, why: string): ApiRefusal =>
  new ApiRefusal(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${resourceText(resource)} ${quoted(name)}: ${why}`,
    about(resource, name),
  );

export const badRequest = (message: string): ApiRefusal => new ApiRefusal(400, "BadRequest", message);

export const forbidden = (
  resource: GroupResource,
  name: string,
  why: string,
  causes?: readonly StatusCause[],
): ApiRefusal =>
  new ApiRefusal(
    403,
    "Forbidden",
    name === ""
      ? `${resourceText(resource)} is forbidden: ${why}`
      : `${resourceText(resource)} ${quoted(name)} is forbidden: ${why}`,
    { ...about(resource, name), causes },
  );

/** Go's aggregate of errors: each message once, in brackets when there are several. */
const aggregate = (messages: readonly string[]): string => {
  const unique = [...new Set(messages)];
  return unique.length === 1 ? (unique[0] ?? "") : `[${unique.join(", ")}]`;
};

/** 422 with a cause per finding; `kind` may be empty (a patch that cannot be decoded). */
export const invalid = (group: string, kind: string, name: string, errors: readonly FieldError[]): ApiRefusal => {
  const groupKind = group === "" ? kind : `${kind}.${group}`;
  const causes = errors.map((error) => ({
    reason: error.type,
    message: describeFieldError(error),
    field: error.field === "" ? "[]" : error.field, // how Go prints the path of a whole object
  }));
  const all = aggregate(causes.map((cause) => `${cause.field}: ${cause.message}`));
  const tail = errors.length === 0 ? "" : `: ${all}`;
  return new ApiRefusal(422, "Invalid", `${groupKind} ${quoted(name)} is invalid${tail}`, {
    name,
    group,
    kind,
    causes,
  });
};

export const methodNotAllowed = (): ApiRefusal =>
  new ApiRefusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});

export const noSuchResource = (): ApiRefusal =>
  new ApiRefusal(404, "NotFound", "the server could not find the requested resource", {});

export const internalError = (message: string): ApiRefusal =>
  new ApiRefusal(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });

/** An error that the server had no Status for: 500 with its text alone. */
export const plainError = (message: string): ApiRefusal => new ApiRefusal(500, "", message);

export const expired = (message: string): ApiRefusal => new ApiRefusal(410, "Expired", message);

export const tooLarge = (message: string): ApiRefusal =>
  new ApiRefusal(413, "RequestEntityTooLarge", `Request entity too large: ${message}`);

const present = (details: StatusDetails): ValueMap => {
  const map: ValueMap = {};
  if (details.name !== undefined && details.name !== "") map["name"] = details.name;
  if (details.group !== undefined && details.group !== "") map["group"] = details.group;
  if (details.kind !== undefined && details.kind !== "") map["kind"] = details.kind;
  if (details.uid !== undefined && details.uid !== "") map["uid"] = details.uid;
  if (details.causes !== undefined && details.causes.length > 0) {
    map["causes"] = details.causes.map((cause) => {
      const entry: ValueMap = {};
      if (cause.reason !== undefined && cause.reason !== "") entry["reason"] = cause.reason;
      if (cause.message !== undefined && cause.message !== "") entry["message"] = cause.message;
      if (cause.field !== undefined && cause.field !== "") entry["field"] = cause.field;
      return entry;
    });
  }
  if (details.retryAfterSeconds !== undefined) map["retryAfterSeconds"] = details.retryAfterSeconds;
  return map;
};

/** The Status object of a refusal. */
export const statusOf = (refusal: ApiRefusal): ValueMap => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: refusal.metadata,
  status: "Failure",
  message: refusal.message,
  ...(refusal.reason === "" ? {} : { reason: refusal.reason }),
  ...(refusal.details === undefined ? {} : { details: present(refusal.details) }),
  code: refusal.code,
});

/** The Status of something done. */
export const successStatus = (details: StatusDetails, code?: number): ValueMap => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  details: present(details),
  ...(code === undefined ? {} : { code }),
});
