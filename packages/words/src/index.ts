export type { ApiErrorClass } from "./api-error-class.ts";
export type { Reason, ReasonCode } from "./reason.ts";
