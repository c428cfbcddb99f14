import { strike, strikeValues } from "@evenkeel/telemetry";
import type { ApiErrorClass } from "@evenkeel/words";

export interface ApiErrorCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A field that server-side apply would have to take, and from whom. */
export interface FieldConflict {
  readonly field: string;
  readonly manager: string;
}

export interface ApiErrorDetail {
  readonly errorClass: ApiErrorClass;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The server's own reason (`Conflict`, `Invalid`, …) or the network's code. */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly ApiErrorCause[];
  readonly retryAfterMs?: number;
}

/** Classes that say something of the server or of the moment, nothing of what was asked for. */
const passingClasses: ReadonlySet<ApiErrorClass> = new Set([
  "TRANSIENT",
  "THROTTLED",
  "STALE",
  "GONE",
  "AUTH",
  "TLS",
  "PROTOCOL",
  "UNIDENTIFIED",
  "CUT_SHORT",
]);

/** How the server names the admission object that said no, or that it could not ask. */
const REFUSED_BY = [
  /failed calling webhook "([^"]*)"/,
  /admission webhook "([^"]*)" denied/,
  /AdmissionPolicy '([^']*)'/,
  /with binding '([^']*)'/,
] as const;
const CONFLICT_WITH = /conflict with "([^"]*)"/;

/** An answer that is not the wanted one, or no answer; `errorClass` says what to do about it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly errorClass: ApiErrorClass;
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly ApiErrorCause[];
  readonly retryAfterMs: number | undefined;
  readonly #subject: string;

  constructor(subject: string, detail: ApiErrorDetail, options?: { readonly cause?: unknown }) {
    super(strike(`${subject} failed (${detail.reason}): ${detail.message}`), options);
    this.#subject = subject;
    this.errorClass = detail.errorClass;
    this.status = detail.status;
    this.reason = strike(detail.reason);
    this.causes = strikeValues(detail.causes);
    this.retryAfterMs = detail.retryAfterMs;
  }

  /** The same without any word of the server that may repeat a value: fields, managers and admission objects stay. */
  withoutValues(): ApiError {
    const causes = this.causes.map(({ reason, field, message }) => ({
      reason,
      field,
      message: CONFLICT_WITH.exec(message)?.[0] ?? "",
    }));
    const by = REFUSED_BY.flatMap((pattern) => pattern.exec(this.message)?.[0] ?? []);
    const fields = causes.map(({ field }) => field).filter((field) => field !== "");
    const told = [...by, ...new Set(fields)].join(", ");
    const { errorClass, status, reason, retryAfterMs } = this;
    return new ApiError(this.#subject, {
      errorClass,
      status,
      reason,
      message: told === "" ? "the server's words are kept back: they may repeat a value" : told,
      causes,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  /** Asked again later, it may be answered: no reason to give up what needed it. */
  get passing(): boolean {
    return passingClasses.has(this.errorClass);
  }

  /** Names of the webhook, or of the policy and its binding, by which admission failed. */
  get refusedBy(): readonly string[] {
    return REFUSED_BY.flatMap((pattern) => pattern.exec(this.message)?.[1] ?? []);
  }

  /** For CONFLICT: each field in dispute with the manager that owns it. */
  get conflicts(): readonly FieldConflict[] {
    return this.causes
      .filter((cause) => cause.reason === "FieldManagerConflict")
      .map((cause) => ({ field: cause.field, manager: CONFLICT_WITH.exec(cause.message)?.[1] ?? "unknown" }));
  }
}

/** Whether this is an ApiError of one of these classes. */
export const isApiError = (error: unknown, ...classes: readonly ApiErrorClass[]): error is ApiError =>
  error instanceof ApiError && (classes.length === 0 || classes.includes(error.errorClass));
