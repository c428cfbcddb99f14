import type { ApiErrorClass } from "@evenkeel/words";

const TRANSIENT: ReadonlySet<ApiErrorClass> = new Set(["TRANSIENT", "THROTTLED", "PROTOCOL", "STALE"]);

/** Whether the same question may be answered a little later. */
export const isTransient = (errorClass: ApiErrorClass): boolean => TRANSIENT.has(errorClass);
